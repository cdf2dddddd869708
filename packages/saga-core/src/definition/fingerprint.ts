import { type AnyHandler, hasEffect, isWait } from "./handler.ts";

const PRIME = 0x100000001b3n;
const OFFSET = 0xcbf29ce484222325n;

/**
 * A hash (FNV-1a, 64 bits, of the UTF-16 units) of everything that gives a recorded history its meaning: steps, kinds, words, and whether a
 * step waits, in order (rule 11).
 */
export function fingerprintOf(handlers: readonly AnyHandler[]): string {
  const text = JSON.stringify(
    handlers.map((handler) => [handler.step, handler.kind, wordsOf(handler), ...(isWait(handler) ? [handler.how] : [])]),
  );
  let hash = OFFSET;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * PRIME);
  }
  return hash.toString(16).padStart(16, "0");
}

/** A read has none. */
function wordsOf(handler: AnyHandler): readonly (readonly [string, string])[] {
  return hasEffect(handler) ? Object.entries(handler.words).toSorted(byName) : [];
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
