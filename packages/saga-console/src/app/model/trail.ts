import type { SagaEvent } from "../api/replies.ts";

/** Something that a person did to a saga. */
export interface Repair {
  readonly seq: number;
  readonly at: string;
  /** As the choices are named, or `signal`. */
  readonly what: string;
  readonly step: string | undefined;
  /** Absent where nobody is authenticated and no name was given. */
  readonly by: string | undefined;
  readonly note: string | undefined;
}

/** All that people did to a saga, the last thing first. A signal is one where its sender is known. */
export function repairsOf(events: readonly SagaEvent[]): readonly Repair[] {
  return events
    .flatMap(({ seq, at, type, step, data }) => {
      const what = whatOf(type, data);
      const [by, note] = [textOf(data["by"]), textOf(data["note"])];
      if (what === undefined || (what === "signal" && by === undefined)) return [];
      return [{ seq, at, what, step, by, note }];
    })
    .toReversed();
}

function whatOf(type: string, data: SagaEvent["data"]): string | undefined {
  switch (type) {
    case "cancel-requested":
      return "cancel";
    case "retry-requested":
      return "retry";
    case "resolved":
      return data["applied"] === true ? "applied" : "not-applied";
    case "wait-ended":
      return "end-wait";
    case "acknowledged":
      return "acknowledge";
    case "signalled":
      return "signal";
    default:
      return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
