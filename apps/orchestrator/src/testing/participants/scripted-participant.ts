export { type Answer, answering, ScriptedParticipant } from "saga-participant/testing";
