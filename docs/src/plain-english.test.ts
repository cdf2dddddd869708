import { describe, expect, it } from "vitest";
import { readPages } from "./pages.ts";

/** Turns of phrase that an English-speaking engineer would not use, with a usual one. Code and titles of tests are quoted as they are. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/\bwho(ever|soever)\b/i, "the person or part that is meant"],
  [/\bwhatever (?!fails|else)/i, "the thing that is meant"],
  [/from which on/i, "from, after"],
  [/\bshall\b/i, "must, will"],
  [/\bfor ever\b/i, "always"],
  [/\bof whom\b/i, "whose"],
  [/\btakes? (itself|themselves) for\b/i, "assumes that it is"],
  [/\basks? a human\b|\ba human is asked\b|\bhumans are asked\b/i, "needs a human"],
  [/\bso (long|many) (who|what)/i, "how long, how many"],
  [/\bthere where\b/i, "where"],
];

/** Pages with English that is not mended yet. */
const notYet = ["docs/adr/0014-a-saga-on-restate.md"];

describe("the English of the docs", () => {
  const pages = readPages().filter(({ path }) => !/\.fr\.md$|^docs\/fr\//.test(path) && !notYet.includes(path));

  it.for(pages)("$path is plain", ({ text }) => {
    const [own = ""] = text.split("## Enforced by");
    const prose = own.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/<!-- generated[\s\S]*?<!-- end -->/g, "");
    const found = refused.flatMap(([phrase, better]) => {
      const [hit] = phrase.exec(prose.replaceAll("\n", " ")) ?? [];
      return hit === undefined ? [] : [`"${hit}": say ${better}`];
    });
    expect(found).toEqual([]);
  });
});
