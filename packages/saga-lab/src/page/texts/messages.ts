import type { FaultKind, OrderState, ProcessName, WorldState } from "../../api/index.ts";
import type { LessonName } from "../model/lesson-names.ts";
import type { Verdict } from "../model/verdict.ts";

type Ends = WorldState["ends"];
type Difference = WorldState["differences"][number];

export interface LessonTexts {
  readonly short: string;
  readonly title: string;
  readonly doThis: string;
  readonly button: string;
  readonly notice: readonly string[];
  readonly question: string;
  readonly answer: string;
}

/** Every text of the lab that the console does not have. Each language is one module that must have them all. */
export interface LabMessages {
  readonly nav: Readonly<Record<"title" | "main" | "breakIt" | "done" | "console" | "gone", string>>;
  readonly breakIt: {
    readonly title: string;
    readonly explain: string;
    readonly loading: string;
    readonly wrong: string;
    readonly faults: Readonly<Record<FaultKind, { readonly name: string; readonly explain: string }>>;
    readonly share: (percent: number) => string;
    readonly sendOne: string;
    readonly sendMany: (count: number) => string;
    readonly clear: string;
    readonly full: string;
    readonly failed: string;
  };
  readonly ledger: {
    readonly ours: string;
    readonly byHand: string;
    readonly orders: string;
    readonly stock: string;
    readonly payments: string;
    readonly ends: (sent: number, ends: Ends) => string;
    readonly endsByHand: (sent: number, ends: Ends) => string;
    readonly verdicts: Readonly<Record<Verdict, string>>;
    readonly because: Readonly<Record<Verdict, string>>;
    readonly toRepair: string;
    readonly difference: (difference: Difference) => string;
    readonly sameOrderHere: string;
    readonly more: (count: number) => string;
  };
  readonly recent: {
    readonly title: string;
    readonly none: string;
    readonly order: (number: number) => string;
    readonly byHand: (end: string) => string;
    readonly ends: Readonly<Record<OrderState["by_hand"], string>>;
  };
  readonly processes: {
    readonly title: string;
    readonly explain: string;
    readonly names: Readonly<Record<ProcessName, string>>;
    readonly pids: (ours: number, byHand: number) => string;
    readonly down: string;
    readonly kill: (name: string) => string;
    readonly start: (name: string) => string;
    readonly reload: string;
    readonly reloadExplain: (starts: number) => string;
    readonly problem: string;
    readonly failed: string;
  };
  readonly definition: { readonly title: (version: number) => string };
  readonly lesson: {
    readonly of: (number: number, count: number) => string;
    readonly doThis: string;
    readonly notice: string;
    readonly think: string;
    readonly answer: string;
    readonly exercise: (number: number) => string;
    readonly live: string;
    readonly nothingYet: string;
    readonly openInConsole: string;
    readonly failed: string;
    readonly next: (title: string) => string;
    readonly toBreakIt: string;
  };
  readonly lessons: Readonly<Record<LessonName, LessonTexts>>;
}
