/** One thing that every implementation of a port must do. A suite is a list of them, so that any test runner can run it. */
export interface ContractCase<Subject> {
  readonly name: string;
  readonly check: (subject: Subject) => Promise<void>;
}

/** Fails a case if the values differ as JSON. The message has both. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`);
}

/** Fails a case if the text does not contain the part. The message has both. */
export function expectContains(text: string, part: string, what: string): void {
  if (!text.includes(part)) throw new Error(`${what}: expected a text with "${part}", got "${text}"`);
}
