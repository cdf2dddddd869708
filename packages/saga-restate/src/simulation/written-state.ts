import type { FoundSaga, Saga } from "saga-core";
import { readHistory } from "saga-core/engine";
import { partKey, RECORD_KEY, readRecord } from "../objects/saga-record.ts";

/**
 * What was read and compared lately. An exploration comes to most of its states many times, and reading a history is a third of its time. The
 * events have the fingerprint of the definition that reads them, so they make the same saga each time.
 */
const compared = new Set<string>();
const COMPARED_MAX = 4_000;

/** The state of one workflow, as others read it. */
export class WrittenState {
  readonly #texts = new Map<string, string>();

  set(key: string, value: unknown): void {
    this.#texts.set(key, JSON.stringify(value));
  }

  get(key: string): unknown {
    const text = this.#texts.get(key);
    return text === undefined ? null : JSON.parse(text);
  }

  /** The events of the record and its parts. */
  get events(): readonly unknown[] {
    const { parts, events } = readRecord("saga", this.get(RECORD_KEY));
    return [...Array.from({ length: parts }, (_, part) => this.get(partKey(part))).flat(), ...events];
  }

  /** @throws Error where the record does not make the saga that was written. */
  check(key: string, { saga, controller }: FoundSaga): void {
    if (key !== RECORD_KEY) return;
    const name = [JSON.stringify(saga), ...this.#texts.values()].join("\n");
    if (compared.has(name) || readRecord("saga", this.get(key)).seq !== saga.seq) return;
    const read: Saga = readHistory(controller, saga.id, this.events).saga;
    if (canonical(read) !== canonical(saga)) throw new Error(`the record makes another saga: ${canonical(read)}`);
    const [oldest] = compared;
    if (oldest !== undefined && compared.size >= COMPARED_MAX) compared.delete(oldest);
    compared.add(name);
  }
}

/** A text that does not depend on the order of members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    const isPlain = typeof member === "object" && member !== null && !Array.isArray(member);
    return isPlain ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1))) : member;
  });
}
