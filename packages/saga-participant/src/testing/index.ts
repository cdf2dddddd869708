/**
 * A participant on a real socket for tests of handlers.
 *
 * @module
 */
export { type Answer, answering, type ReceivedRequest, ScriptedParticipant } from "./scripted-participant.ts";
