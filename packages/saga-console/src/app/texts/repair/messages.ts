/** The texts of the repair desk beyond the choices of one saga: signals, fields, the trail, and many sagas at once. */
export interface RepairMessages {
  readonly step: string;
  readonly somebody: string;
  readonly yourName: string;
  readonly yourNameHint: string;
  readonly lookAt: Readonly<Record<"history" | "results", string>>;
  readonly newTab: string;
  readonly fields: {
    readonly json: string;
    readonly jsonWrong: string;
    readonly missing: string;
    readonly wrong: Readonly<Record<"text" | "number" | "integer" | "yes-no" | "choice" | "json", string>>;
    readonly none: string;
    readonly yes: string;
    readonly no: string;
    readonly gave: (step: string) => string;
    readonly optional: (name: string) => string;
  };
  readonly signal: {
    readonly title: string;
    readonly explain: string;
    readonly to: string;
    readonly look: string;
    readonly wouldBe: Readonly<Record<string, string>>;
    readonly was: Readonly<Record<string, string>>;
    readonly send: (step: string) => string;
    readonly kept: string;
  };
  readonly pause: Readonly<Record<"title" | "takes" | "unknown" | "note" | "noteHint" | "noteMissing", string>>;
  readonly bulk: {
    readonly title: string;
    readonly chosen: (count: string) => string;
    readonly none: string;
    readonly toList: string;
    readonly open: (count: string) => string;
    readonly mark: (name: string) => string;
    readonly markAll: string;
    readonly tooMany: (max: string) => string;
    readonly what: string;
    readonly needsStep: string;
    readonly preview: string;
    readonly previewAgain: string;
    readonly foretold: string;
    readonly refusedCount: (count: string) => string;
    readonly nobody: string;
    readonly act: (choice: string, count: string) => string;
    readonly confirmTells: (count: string) => string;
    readonly progress: (done: string, all: string) => string;
    readonly stop: string;
    readonly stopping: string;
    readonly goOn: (count: string) => string;
    readonly results: string;
    readonly summary: (done: string, refused: string, unknown: string, unsent: string) => string;
    readonly answer: string;
    readonly notSent: string;
    readonly unknown: string;
    readonly recorded: (seq: string | undefined) => string;
    readonly became: Readonly<Record<"as-foretold" | "under-way" | "other", string>>;
    readonly foretoldWas: string;
    readonly isNow: string;
    readonly stopped: string;
    readonly halted: string;
    readonly again: string;
  };
}
