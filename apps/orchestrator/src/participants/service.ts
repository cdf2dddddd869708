import { getLogger } from "@logtape/logtape";
import { HttpParticipant, type RefusalStatus } from "saga-participant";
import { isErrorBody } from "./error-body.ts";

export interface ParticipantOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly keyed: boolean;
  /** How long it keeps its first answer to a key, in milliseconds. Absent: without end. */
  readonly keyRetentionMs?: number;
  /** The deadline of a call, in milliseconds: from its first request to the last byte of its last reply. */
  readonly callTimeoutMs: number;
  /**
   * Whether calls use connections that are kept. Only for a keyed participant: a kept connection that is cut while a request is on its way
   * puts a call in doubt (ADR 6). Default: false.
   */
  readonly keepsConnections?: boolean;
  /** Called when a call to the service of this name is sent. Default: nothing. */
  readonly onConnection?: (participant: string, kind: "new" | "kept") => void;
}

const log = getLogger(["orchestrator", "participants"]);

/** Refusals of both services. */
export const refusals: readonly RefusalStatus[] = [400, 402, 409, 410, 422];

/** One of the two existing services, and whether the body of a 404 is its own. */
export function serviceOf(
  name: string,
  { keepsConnections = false, onConnection = () => undefined, ...options }: ParticipantOptions,
  own404: (body: unknown) => boolean = isErrorBody,
): HttpParticipant {
  return new HttpParticipant({
    name,
    ...options,
    keepsConnections,
    onConnection: (kind) => onConnection(name, kind),
    refusals,
    own404,
    onMisconfiguration: (call) =>
      log.warn("Misconfiguration: {method} {url} was answered {status}; check the participant's URL and access", { ...call }),
  });
}
