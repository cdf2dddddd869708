import type { Call, Command } from "../transition/command.ts";
import type { RecordedSaga } from "../transition/compaction.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import type { Queued } from "./gate-call.ts";
import type { ParticipantGate } from "./participant-gate.ts";
import type { WaitingPlace } from "./unreturned-calls.ts";

/** What a run begins with: a saga, undefined for a new one, and the event that happens to it first. */
export interface Origin extends RecordedSaga {
  readonly event: SagaEvent;
}

/** Where a run is with its next call. */
export type Position =
  /** Made, and not begun: `go` performs these. */
  | { readonly name: "created"; readonly commands: readonly Command[] }
  /** There is no call. */
  | { readonly name: "idle" }
  /** The call waits for the records that must be durable before it. */
  | { readonly name: "awaiting-records" }
  /** The call waits in the queue of its participant. */
  | QueuedCall
  /** The call may go, and is not sent yet. */
  | { readonly name: "admitted" }
  | { readonly name: "sending"; readonly cut: AbortController }
  /** The saga waits, out of memory, at the gate of its participant, or until its call returns. */
  | { readonly name: "parking"; readonly place: WaitingPlace }
  /** This run is over. */
  | { readonly name: "detached" };

export interface QueuedCall extends Queued {
  readonly name: "queued";
  readonly call: Call;
  readonly gate: ParticipantGate;
  /** The saga's phase when the call was decided on. */
  readonly during: Saga["phase"]["name"];
}

/** Why a saga is not driven in memory any more. */
export type Detachment =
  /** It has ended or needs a human, durably. */
  | { readonly why: "at-rest" }
  /** It was halted, and no call is under way. */
  | { readonly why: "halted" }
  /** It waits until an instant (milliseconds since the epoch), or until it is resumed from its place. */
  | { readonly why: "asleep"; readonly until: number; readonly place?: WaitingPlace }
  /** Its start could not be written: there is no such saga. */
  | { readonly why: "not-begun"; readonly error: unknown }
  /** A defect stopped it until the next start. */
  | { readonly why: "stopped"; readonly error: unknown };
