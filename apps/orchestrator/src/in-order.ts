/**
 * Does one part after the other, each also where one before it failed.
 *
 * @throws the first failure.
 */
export async function inOrder(parts: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) await part().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
