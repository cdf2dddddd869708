import type { Ending } from "../../what-if/foretold.ts";
import type { Keys } from "../../what-if/told-handler.ts";
import type { StepTrouble } from "../../what-if/trouble.ts";
import type { WhyEnds } from "../../what-if/why-ends.ts";

/** The texts of what would happen if one thing went wrong: loaded with it, not with the page. */
export interface WhatIfMessages {
  readonly title: (definition: string, version: string) => string;
  readonly explain: string;
  readonly grid: string;
  readonly step: string;
  readonly troubles: Readonly<Record<StepTrouble, string>>;
  /** What exactly is supposed. */
  readonly supposed: Readonly<Record<StepTrouble, string>>;
  readonly supposedAtWait: Readonly<Record<"refused" | "silent" | "cancelled", string>>;
  readonly endings: Readonly<Record<Ending, string>>;
  readonly cannotHappen: string;
  readonly version: string;
  readonly keys: Readonly<Record<Keys | "legend", string>>;
  readonly follows: string;
  readonly after: (duration: string) => string;
  readonly client: string;
  readonly clientWaits: string;
  readonly calls: string;
  readonly noCalls: string;
  readonly actions: Readonly<Record<"run" | "rollback" | "probe", string>>;
  readonly times: (count: string) => string;
  readonly shortened: string;
  readonly why: (why: WhyEnds) => string;
  readonly path: string;
  readonly nothingSent: string;
  readonly notFound: (definition: string) => string;
  readonly notTold: string;
}
