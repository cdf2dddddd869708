import { EmbeddedEngine } from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { sagaApp } from "saga-http";
import { z } from "zod";

const schemaOf = z.looseObject({ properties: z.record(z.string(), z.looseObject({ enum: z.array(z.unknown()).optional() })) });

/** The words of an enumeration, for tests. */
export function wordsOf(schema: unknown, member: string): readonly string[] {
  const words = (schemaOf.parse(schema).properties[member]?.enum ?? []).filter((word) => typeof word === "string");
  if (words.length === 0) throw new Error(`${member} is no enumeration`);
  return words;
}

/** The schemas of the OpenAPI document, for tests. */
export async function schemas(): Promise<Readonly<Record<string, unknown>>> {
  const [journal, clock, newId, onDefect] = [
    new MemoryJournal(),
    new SimulatedClock(),
    () => crypto.randomUUID(),
    () => undefined,
  ];
  const engine = new EmbeddedEngine({
    controllers: [],
    journal,
    clock,
    random: Math.random,
    newId,
    sagasInFlightMax: 1,
    onDefect,
  });
  const info = { title: "None", version: "1" };
  const app = sagaApp({ info, engine, index: journal, clock, resources: [], syncWaitMsMax: 0, onError: onDefect });
  const document: unknown = await (await app.request("/openapi.json")).json();
  return z.looseObject({ components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }) }).parse(document).components
    .schemas;
}
