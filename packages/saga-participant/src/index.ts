/**
 * The client of HTTP participants: for handlers of sagas that call services over HTTP.
 *
 * @module
 */
export type { RefusalStatus, ReplyRules } from "./classify.ts";
export type { Credential, CredentialHeaders } from "./credential.ts";
export type { Gives, ReplySchema } from "./gives.ts";
export { HttpParticipant, type HttpParticipantOptions, type Misconfiguration } from "./http-participant.ts";
export type { EffectRequest, GivingRequest, ParticipantRequest, ReadRequest } from "./participant-request.ts";
export { proxyVariables } from "./proxy-variables.ts";
export type { Reply } from "./reply.ts";
