import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

const fixtures = join(import.meta.dirname, "../../fixtures");
const tsc = join(import.meta.dirname, "../../node_modules/.bin/tsc");

/** What the compiler says of a line, by `file:line`. */
let said = new Map<string, string>();

beforeAll(async () => {
  const output = await promisify(execFile)(tsc, ["--project", fixtures, "--pretty", "false"]).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
  // The lines of a message after its first are indented.
  const messages = output
    .split(/\n(?! )/)
    .map((message) => /^(?:.*\/)?([\w-]+\.ts)\((\d+),\d+\): error TS\d+: ([\s\S]*)$/.exec(message.trim()));
  said = new Map(messages.flatMap((found) => (found ? [[`${found[1]}:${found[2]}`, found[3] ?? ""]] : [])));
});

/** What it is to say: the comment above each line that must not compile. */
const expected = readdirSync(fixtures)
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) =>
    readFileSync(join(fixtures, file), "utf8")
      .split("\n")
      .flatMap((line, index) => {
        const [, text] = /^ *\/\/ says: (.*)$/.exec(line) ?? [];
        return text === undefined ? [] : [{ place: `${file}:${index + 2}`, text }];
      }),
  );

describe("the compiler", () => {
  it.for(expected)("says at $place: $text", ({ place, text }) => {
    expect(said.get(place)).toContain(text);
  });

  it("says nothing of the other lines", () => {
    expect(new Set(said.keys())).toEqual(new Set(expected.map(({ place }) => place)));
    expect(expected.length).toBeGreaterThan(20);
  });
});
