import { describe, expect, it } from "vitest";
import type { WhyEnds } from "../../what-if/why-ends.ts";
import { whatIfEn } from "./en.ts";
import { whatIfFr } from "./fr.ts";

const reasons = ["unknown-unkeyed", "gave-up", "refused", "no-signal", "later-reason"];
const causes = ["rejected", "unavailable", "deadline", "cancelled", "timeout", "later-cause"];

/** Every sentence of why a saga ends as it does. */
const whys: readonly WhyEnds[] = [
  { code: "cancel-refused" },
  ...(["repeated", "looked-up", "read-again", "went-on", "waits"] as const).map((code) => ({ code, step: "pay" })),
  ...(["orphans", "remains"] as const).map((code) => ({ code, steps: ["pay", "mail"] })),
  ...reasons.map((reason) => ({ code: "asks", step: "pay", reason }) as const),
  ...causes.map((cause) => ({ code: "turned", step: "pay", cause }) as const),
];

describe("the texts of what if", () => {
  it("are sentences of their own for each reason, in both languages", () => {
    const sentences = [whatIfEn, whatIfFr].flatMap(({ why }) => whys.map(why));
    expect(new Set(sentences).size).toBe(2 * whys.length);
    expect(sentences.filter((sentence) => !sentence.endsWith("."))).toEqual([]);
  });

  it("are no text twice: French is not left in English", () => {
    const same = (["troubles", "supposed", "supposedAtWait", "endings", "keys", "actions"] as const).flatMap((group) => {
      const french: readonly string[] = Object.values(whatIfFr[group]);
      return Object.values(whatIfEn[group]).filter((text) => french.includes(text));
    });
    expect(same).toEqual([]);
  });
});
