import { openPhaseNames } from "saga-core/engine";
import { describe, expect, it } from "vitest";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import { schemas, wordsOf } from "./schemas.ts";
import { whatIfFr } from "./what-if/fr.ts";

/** The paths of all texts in a module. */
function pathsOf(texts: object, before = ""): readonly string[] {
  return Object.entries(texts).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? pathsOf(value, `${before}${name}.`) : [`${before}${name}`],
  );
}

/** All texts, by their paths. What takes something is given some words; what takes more than words is left out. */
function textsOf(texts: object, before = ""): readonly (readonly [string, string])[] {
  return Object.entries(texts).flatMap(([name, value]: [string, unknown]) => {
    const path = `${before}${name}`;
    if (typeof value === "object" && value !== null) return textsOf(value, `${path}.`);
    const text = typeof value === "function" ? told(value) : value;
    return typeof text === "string" ? [[path, text] as const] : [];
  });
}

function told(text: object): unknown {
  try {
    return typeof text === "function" ? Reflect.apply(text, undefined, ["one", "two", "three", "four"]) : undefined;
  } catch {
    return undefined;
  }
}

/** What is the same in both languages. */
const alike: readonly string[] = [
  ...["title", "nav.sagas", "nav.main", "settings.auto", "overview.minute", "overview.pauses"],
  ...["list.title", "list.saga", "list.pages", "saga.pivot", "saga.version", "details.signal"],
  ...["definitions.participant", "definitions.policy"],
  // The words of the API, where none is known for them.
  "desk.refusal",
];

describe("the texts of the console", () => {
  it("are the same in both languages, also where the compiler asks for none", () => {
    expect(new Set(pathsOf(fr))).toEqual(new Set(pathsOf(en)));
  });

  it("are no text twice: French is not left in English", () => {
    const english = new Map(textsOf(en));
    const same = textsOf(fr).filter(([path, text]) => text === english.get(path) && !alike.includes(path));
    expect(same.map(([path]) => path)).toEqual([]);
  });

  it("have in French a space that does not break before each sign of two parts", () => {
    const texts = [...textsOf(fr), ...textsOf(whatIfFr)];
    expect(texts.filter(([, text]) => /[^\u00a0][:;?!»]/.test(text) || /«[^\u00a0]/.test(text))).toEqual([]);
    expect(`${fr.desk.follows}${fr.colon}`).toBe("Ensuite\u00a0:");
    expect(fr.desk.act("Annuler", "CANCELLED")).toBe("Annuler\u00a0: CANCELLED…");
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
