import { openPhaseNames } from "saga-core/engine";
import { describe, expect, it } from "vitest";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import { schemas, wordsOf } from "./schemas.ts";

/** The paths of all texts in a module. */
function pathsOf(texts: object, before = ""): readonly string[] {
  return Object.entries(texts).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? pathsOf(value, `${before}${name}.`) : [`${before}${name}`],
  );
}

describe("the texts of the console", () => {
  it("are the same in both languages, also where the compiler asks for none", () => {
    expect(new Set(pathsOf(fr))).toEqual(new Set(pathsOf(en)));
  });

  it("are no text twice: French is not left in English", () => {
    const groups: readonly (readonly [object, object])[] = [
      [en.desk, fr.desk],
      [en.repair, fr.repair],
      [en.repair.bulk, fr.repair.bulk],
      [en.repair.signal, fr.repair.signal],
      [en.repair.fields, fr.repair.fields],
      [en.repair.pause, fr.repair.pause],
    ];
    const same = groups.flatMap(([english, french]) =>
      Object.entries(english).filter(([name, text]) => typeof text === "string" && text === Reflect.get(french, name)),
    );
    expect(same).toEqual([]);
  });

  it("name every type of event, and every status of a saga and of a step, that the API has", async () => {
    const { Event, Saga, Step, DefinitionStep } = await schemas();
    expect(Object.keys(en.events)).toEqual(expect.arrayContaining(wordsOf(Event, "type").filter((type) => type !== "answered")));
    expect(Object.keys(en.statuses)).toEqual(expect.arrayContaining([...wordsOf(Saga, "status")]));
    const stepWords = [...Object.keys(en.marks), ...Object.keys(en.undoMarks), "running", "undo-refused"];
    expect(stepWords).toEqual(expect.arrayContaining([...wordsOf(Step, "status")]));
    expect(Object.keys(en.kinds)).toEqual(expect.arrayContaining([...wordsOf(DefinitionStep, "kind")]));
  });

  it("name everything that an open saga may be at", () => {
    expect(Object.keys(en.phases)).toEqual(expect.arrayContaining([...openPhaseNames]));
  });

  it("name every choice that the API has", async () => {
    const { Choice } = await schemas();
    expect(Object.keys(en.desk.choices)).toEqual(expect.arrayContaining([...wordsOf(Choice, "choice")]));
  });
});
