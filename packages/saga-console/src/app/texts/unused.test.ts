import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { en } from "./en.ts";
import { whatIfEn } from "./what-if/en.ts";

const app = fileURLToPath(new URL("../", import.meta.url));

/** Groups whose members are chosen by a word of the API or of the page. */
const byWord =
  /^(marks|undoMarks|statuses|kinds|phases|events|reasons|live|nav|desk\.(choices|calls)|definitions\.limits|repair\.signal\.(wouldBe|was)|repair\.fields\.wrong|repair\.bulk\.became|repair\.lookAt|list\.any|overview\.(circuits|counted)|settings|troubles|supposed|supposedAtWait|endings|keys|actions)\.|^list\.(running|completed|cancelled)$/;

function pathsOf(texts: object, before = ""): readonly string[] {
  return Object.entries(texts).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? pathsOf(value, `${before}${name}.`) : [`${before}${name}`],
  );
}

describe("a text of the console", () => {
  it("is read by some view", async () => {
    const files = (await readdir(app, { recursive: true })).filter(
      (file) => /\.tsx?$/.test(file) && !file.startsWith("texts/") && !file.endsWith(".test.ts"),
    );
    const source = (await Promise.all(files.map((file) => readFile(`${app}${file}`, "utf8")))).join("\n");
    const read = new Set(Array.from(source.matchAll(/(?:\.|\{ |, )(\w+)\b/g), ([, name]) => name));
    const unread = [...pathsOf(en), ...pathsOf(whatIfEn)].filter(
      (path) => !byWord.test(path) && !read.has(path.split(".").at(-1) ?? ""),
    );
    expect(unread).toEqual([]);
  });
});
