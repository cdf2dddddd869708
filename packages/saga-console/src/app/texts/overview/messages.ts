import type { Repair } from "../../api/overview-reply.ts";

type Counted = "started" | "completed" | "cancelled" | "needsHuman";

/** The texts of the overview. */
export interface OverviewTexts {
  readonly calm: string;
  readonly some: (count: string, oldest: string) => string;
  readonly onlyMoving: (count: string) => string;
  readonly byPhase: string;
  readonly oldest: (age: string) => string;
  readonly openDesk: string;
  readonly first: string;
  readonly none: string;
  readonly minutes: string;
  readonly minute: string;
  readonly counted: Readonly<Record<Counted, string>>;
  /** What happened; since when it is known, if that is not a whole hour. */
  readonly sums: (counts: Readonly<Record<Counted, string>>, since: string | undefined) => string;
  readonly sameAsTable: string;
  readonly participants: string;
  /** Since when it is known, if the host says it. */
  readonly noParticipant: (since: string | undefined) => string;
  readonly noCall: string;
  readonly circuits: Readonly<Record<string, string>>;
  readonly took: (half: string, most: string) => string;
  readonly inFlight: (calls: number, waiting: number) => string;
  readonly pauses: string;
  readonly noPause: string;
  readonly repairs: string;
  readonly noRepair: string;
  /** What a person did, before the name of the saga. */
  readonly did: (repair: Pick<Repair, "type" | "step" | "applied">) => string;
  readonly event: (seq: number) => string;
  /** What a part of the page is, where it could not be read. */
  readonly oldestOnes: string;
}
