/**
 * A number in a JSON text that JavaScript cannot hold: parsed and written again, it is another decimal number. It stands in the place of
 * that number, so that no schema accepts it for one.
 */
export class InexactNumber {
  /** The number as the text has it, for example `9007199254740993`. */
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** An inexact number within a parsed value. */
export interface FoundInexactNumber {
  readonly path: readonly (string | number)[];
  readonly source: string;
}

/**
 * Parses JSON as `JSON.parse` does, but puts an {@link InexactNumber} where a number would silently become another one: a step would
 * send a value that the client never gave.
 *
 * @throws SyntaxError if the text is not JSON; TypeError if the runtime does not give the source of a number (before Deno 1.38, Node 21,
 * Safari 18.4).
 * @example parseExactJson('{"amount":0.10,"id":9007199254740993}'); // { amount: 0.1, id: InexactNumber }
 */
export function parseExactJson(text: string): unknown {
  return MAY_BE_INEXACT.test(text) ? JSON.parse(text, markInexact) : JSON.parse(text);
}

/** Every decimal number of at most 15 digits survives a double (IEEE 754's DBL_DIG), so only longer ones and exponents need a look. */
const MAY_BE_INEXACT = /[\d.]{16}|\d[eE]/;

/** A reviver's third argument holds the source text of a number (ES2025, JSON.parse source text access). */
function markInexact(_key: string, value: unknown, ...[context]: readonly unknown[]): unknown {
  if (typeof value !== "number") return value;
  const source = typeof context === "object" && context !== null && "source" in context ? context.source : undefined;
  if (typeof source !== "string")
    throw new TypeError("JSON.parse of this runtime does not give the source of a number (ES2025).");
  return isExactNumber(source) ? value : new InexactNumber(source);
}

/**
 * Whether a decimal number, parsed and written again, is the same decimal number: `1.50` and `1e2` are, `9007199254740991.4` is not.
 *
 * @param source a number as JSON writes it.
 */
export function isExactNumber(source: string): boolean {
  return decimalOf(source) === decimalOf(String(Number(source)));
}

/** The one spelling of a decimal number: its significant digits, and the power of ten of the last one. */
function decimalOf(source: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = whole + fraction;
  // Loops, because a regular expression for the end of a text begins anew at each of its characters.
  let start = 0;
  while (digits[start] === "0") start += 1;
  let end = digits.length;
  while (end > start && digits[end - 1] === "0") end -= 1;
  if (start === end) return whole === "" ? source : "0";
  return `${sign}${digits.slice(start, end)}e${Number(exponent) - fraction.length + (digits.length - end)}`;
}

/**
 * The inexact numbers within a value that {@link parseExactJson} gave, in the order of the text.
 *
 * @param countMax the most numbers to find; the search then ends.
 */
export function findInexactNumbers(value: unknown, countMax: number): readonly FoundInexactNumber[] {
  const found: FoundInexactNumber[] = [];
  const open: Node[] = [{ value }];
  // A list instead of recursion: a hostile text may nest deeper than the stack is. Paths are built only for the numbers that are found.
  for (let node = open.pop(); node && found.length < countMax; node = open.pop()) {
    if (node.value instanceof InexactNumber) found.push({ path: pathOf(node), source: node.value.source });
    else open.push(...membersOf(node).reverse());
  }
  return found;
}

interface Node {
  readonly value: unknown;
  readonly at?: { readonly parent: Node; readonly key: string | number };
}

function membersOf(parent: Node): Node[] {
  const { value } = parent;
  if (Array.isArray(value)) return value.map((item: unknown, key) => ({ value: item, at: { parent, key } }));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).map(([key, member]: [string, unknown]) => ({ value: member, at: { parent, key } }));
}

function pathOf(node: Node): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let { at } = node; at; { at } = at.parent) path.push(at.key);
  return path.reverse();
}
