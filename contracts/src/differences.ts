import { readPacts } from "./pact.ts";

/** Lists the differences, byte for byte, between the committed pacts and those that the consumers write now. */
export function findDifferences(committed: string, generated: string): readonly string[] {
  const before = new Map(readPacts(committed).map(({ file, text }) => [file, text]));
  const now = new Map(readPacts(generated).map(({ file, text }) => [file, text]));
  return [
    ...[...now.keys()].filter((file) => !before.has(file)).map((file) => `${file} is written by a consumer but not committed`),
    ...[...before.keys()].filter((file) => !now.has(file)).map((file) => `${file} is committed, but no consumer writes it`),
    ...[...now]
      .filter(([file, text]) => before.has(file) && before.get(file) !== text)
      .map(([file]) => `${file} differs from what its consumer writes`),
  ];
}
