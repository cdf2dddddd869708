import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReasonTexts } from "../texts/reason-texts.ts";
import { reasonsEn } from "../texts/reasons-en.ts";
import { reasonsFr } from "../texts/reasons-fr.ts";
import { givenBefore } from "./attempt.ts";
import { chartOf } from "./chart.ts";
import { historyLines } from "./history-lines.ts";
import { layOut } from "./ladder.ts";
import { definitionOf } from "./names.ts";
import { pictureAfter, pictureNow } from "./picture.ts";
import { type RandomView, randomViews } from "./random-views.ts";
import { whyOf } from "./why.ts";

const always = (isSo: (view: RandomView) => void) => fc.assert(fc.property(randomViews, isSo), { numRuns: 500 });

describe("any view of a saga, also of words that nobody knows yet", () => {
  it("has a ladder with each step, now and after each event", () => {
    always(({ saga, events, definitions }) => {
      const names = saga.steps.map(({ step }) => step);
      const steps = definitionOf(saga, definitions)?.steps;
      const pictures = [pictureNow(saga, events), ...events.map((_, index) => pictureAfter(names, events.slice(0, index + 1)))];
      for (const picture of pictures) {
        const { rungs } = layOut(picture, steps, undefined);
        expect(rungs.map(({ step }) => step)).toEqual(names);
        expect(
          rungs.every(({ run, attempts }) => typeof run === "string" && attempts.every(({ count }) => Number.isFinite(count))),
        ).toBe(true);
      }
    });
  });

  it("has a history in which each event stands once, in order", () => {
    always(({ events }) => {
      const lines = historyLines(events);
      expect(lines.flatMap(({ events: inLine }) => inLine)).toEqual(events);
      expect(lines.every(({ idleMs }) => idleMs >= 0)).toBe(true);
    });
  });

  it("has a chart in which every state of the definition and of the path has a place of its own", () => {
    always(({ saga, events, definitions }) => {
      const definition = definitionOf(saga, definitions);
      const { states, arrows, rows } = chartOf(definition, events);
      const names = states.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([...(definition?.states ?? [])]));
      for (const { data } of events) if (typeof data["state"] === "string") expect(names).toContain(data["state"]);
      expect(new Set(states.map(({ column, row }) => `${column}/${row}`)).size).toBe(states.length);
      expect(states.every(({ row }) => row >= 0 && row < rows)).toBe(true);
      expect(arrows.every(({ from, to }) => names.includes(from) && names.includes(to))).toBe(true);
    });
  });

  it("has its reasons told, or left to the API's words", () => {
    const languages: readonly ReasonTexts[] = [reasonsEn, reasonsFr];
    always(({ saga, events }) => {
      for (const { code, about, seen } of whyOf(saga, events)) {
        expect(typeof seen).toBe("string");
        for (const texts of languages) if (Object.hasOwn(texts, code)) expect(typeof texts[code]?.(about)).toBe("string");
      }
    });
  });

  it("says what a step was given, whatever was recorded", () => {
    always(({ events }) => {
      for (const { seq } of events) expect(typeof givenBefore(events, seq)).toBe("object");
    });
  });
});
