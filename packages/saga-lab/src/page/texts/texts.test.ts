import { describe, expect, it } from "vitest";
import { lessonNames } from "../model/lesson-names.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";

/** Every text that takes nothing, by its path. */
function textsOf(texts: object, before = ""): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([name, value]: [string, unknown]): readonly (readonly [string, string])[] => {
      if (typeof value === "string") return [[`${before}${name}`, value]];
      return typeof value === "object" && value !== null ? [...textsOf(value, `${before}${name}.`)] : [];
    }),
  );
}

/** Names, which are the same in both. */
const names = /^processes\.names\.|^nav\.console$/;

describe("the texts of the lab", () => {
  it("are the same in both languages, and French is not left in English", () => {
    const [english, french] = [textsOf(en), textsOf(fr)];
    expect(new Set(french.keys())).toEqual(new Set(english.keys()));
    const same = [...english].filter(([path, text]) => french.get(path) === text && !names.test(path));
    expect(same).toEqual([]);
    expect(english.size).toBeGreaterThan(80);
  });

  it("have for each lesson something to notice, a question and an answer", () => {
    for (const { lessons } of [en, fr])
      for (const name of lessonNames) {
        expect(lessons[name].notice).toHaveLength(3);
        expect(lessons[name].question).toMatch(/\?$/);
        expect(lessons[name].answer.length).toBeGreaterThan(100);
      }
  });

  it("name what is not there, and count what is", () => {
    const difference = { number: 7, orders: 0, stock: 2, payments: 1, saga_id: null };
    expect(en.ledger.difference(difference)).toBe("Order 7: no order, 2 taken from stock, 1 payment.");
    expect(fr.ledger.difference({ ...difference, orders: 2, stock: 0, payments: 0 })).toBe(
      "Commande 7 : 2 commandes, rien pris du stock, aucun paiement.",
    );
  });
});
