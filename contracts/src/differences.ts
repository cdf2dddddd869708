import { readPacts } from "./pact.ts";

/** What differs between the committed pacts and those that the consumers write now, byte for byte. */
export function findDifferences(committed: string, generated: string): readonly string[] {
  const before = new Map(readPacts(committed).map(({ file, text }) => [file, text]));
  const now = new Map(readPacts(generated).map(({ file, text }) => [file, text]));
  return [
    ...[...now.keys()].filter((file) => !before.has(file)).map((file) => `${file} is written by a consumer and not committed`),
    ...[...before.keys()].filter((file) => !now.has(file)).map((file) => `${file} is committed, and no consumer writes it`),
    ...[...now]
      .filter(([file, text]) => before.has(file) && before.get(file) !== text)
      .map(([file]) => `${file} is not what its consumer writes`),
  ];
}
