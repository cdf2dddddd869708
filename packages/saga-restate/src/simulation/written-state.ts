import type { FoundSaga, Saga } from "saga-core";
import { readHistory } from "saga-core/engine";
import { partKey, RECORD_KEY, readRecord } from "../objects/saga-record.ts";

/** The state of one workflow, as others read it. */
export class WrittenState {
  readonly #values = new Map<string, unknown>();

  set(key: string, value: unknown): void {
    this.#values.set(key, JSON.parse(JSON.stringify(value)));
  }

  get(key: string): unknown {
    return this.#values.get(key) ?? null;
  }

  /** The events of the record and its parts. */
  get events(): readonly unknown[] {
    const { parts, events } = readRecord("saga", this.#values.get(RECORD_KEY));
    return [...Array.from({ length: parts }, (_, part) => this.#values.get(partKey(part))).flat(), ...events];
  }

  /** @throws Error where the record does not make the saga that was written. */
  check(key: string, { saga, controller }: FoundSaga): void {
    if (key !== RECORD_KEY || readRecord("saga", this.#values.get(key)).seq !== saga.seq) return;
    const read: Saga = readHistory(controller, saga.id, this.events).saga;
    if (canonical(read) !== canonical(saga)) throw new Error(`the record makes another saga: ${canonical(read)}`);
  }
}

/** A text that does not depend on the order of members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    const isPlain = typeof member === "object" && member !== null && !Array.isArray(member);
    return isPlain ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1))) : member;
  });
}
