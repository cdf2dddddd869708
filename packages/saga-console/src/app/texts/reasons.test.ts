import { describe, expect, it } from "vitest";
import type { About } from "../model/why.ts";
import { reasonsEn } from "./reasons-en.ts";
import { reasonsFr } from "./reasons-fr.ts";
import { schemas, wordsOf } from "./schemas.ts";

const about: About = {
  step: "create-payment",
  participant: "payments",
  undo: false,
  attempts: 2,
  attemptsMax: 5,
  outcome: "unknown",
  next: "12:00:05",
  since: "12:00:00",
  until: "12:30:00",
  onTimeout: "ask",
  holder: "01a2",
  member: "order_ref",
  steps: ["create-order", "decrease-stock"],
  count: 2,
  definition: "order",
  version: 2,
  cause: "rejected",
};
const languages = [reasonsEn, reasonsFr];
type Text = (about: About) => string;
const textsOf = (texts: (typeof languages)[number]): readonly (readonly [string, Text])[] => Object.entries(texts);

describe("the sentences of the reasons", () => {
  it("are there in both languages for each code that the API has, and for no other", async () => {
    const { Reason } = await schemas();
    const codes = new Set(wordsOf(Reason, "code"));
    expect(languages.map((texts) => new Set(Object.keys(texts)))).toEqual([codes, codes]);
  });

  it("are no text twice, and have no hole", () => {
    const [english, french] = languages.map((texts) => textsOf(texts).map(([, text]) => text(about)));
    expect(english?.filter((sentence) => french?.includes(sentence))).toEqual([]);
    for (const sentence of [...(english ?? []), ...(french ?? [])]) expect(sentence).toMatch(/^[^$]+[.]$/);
    expect([...(english ?? []), ...(french ?? [])].join()).not.toMatch(/undefined|NaN|\[object/);
  });

  it("are whole also where a later release leaves out what they are about", () => {
    const nothing: About = { ...about, participant: "", until: "", member: "", onTimeout: "", cause: "" };
    for (const texts of languages)
      for (const [code, text] of textsOf(texts)) expect(text(nothing), code).not.toMatch(/undefined|NaN| {2}/);
  });

  it("tell undoing a step from the step, and each cause of a turn and each end of a wait from the others", () => {
    const variants = (code: "gave-up" | "turned-back" | "waiting-for-signal", different: readonly Partial<About>[]) =>
      languages.map((texts) => new Set(different.map((each) => texts[code]({ ...about, ...each }))).size);
    expect(variants("gave-up", [{ undo: false }, { undo: true }])).toEqual([2, 2]);
    const causes = ["rejected", "unavailable", "deadline", "cancelled", "timeout", "of tomorrow"];
    expect(
      variants(
        "turned-back",
        causes.map((cause) => ({ cause })),
      ),
    ).toEqual([6, 6]);
    const ends = ["turn-back", "go-on", "ask", "of tomorrow"];
    expect(
      variants(
        "waiting-for-signal",
        ends.map((onTimeout) => ({ onTimeout })),
      ),
    ).toEqual([4, 4]);
  });
});
