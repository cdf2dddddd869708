import type { Clock } from "../ports/clock.ts";
import type { SagaListener } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Random } from "../ports/random.ts";
import type { Claim, Listen } from "../transition/command.ts";
import type { Saga } from "../transition/saga.ts";
import type { Observation } from "./observation.ts";
import type { ParticipantGate } from "./participant-gate.ts";
import type { Detachment } from "./run-position.ts";
import type { Stop } from "./stop.ts";
import type { UnreturnedCalls } from "./unreturned-calls.ts";

/** What a run of the type `Run` needs of its engine. */
export interface SagaRunPorts<Run> {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly gateOf: (participant: string) => ParticipantGate;
  readonly unreturned: UnreturnedCalls;
  readonly observation: Observation;
  readonly stop: Pick<Stop, "leavesTimeFor">;
  /** How many records of repeated failures the journal holds. */
  readonly failureRecordsMax: number | undefined;
  readonly notify: SagaListener;
  /** A record of the saga brought these correlations. */
  readonly onClaims: (saga: Saga, claims: readonly Claim[]) => void;
  /** The saga has come to a step that waits. */
  readonly onListen: (saga: Saga, listen: Listen) => void;
  /** Called once, when the run is over. */
  readonly onDetached: (run: Run, detachment: Detachment) => void;
}
