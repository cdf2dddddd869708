import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { EmbeddedEngine, UnreadableSaga } from "saga-core";
import { ScriptedController, ScriptedWorld, SimulatedClock, type StepScript } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteJournal } from "./sqlite-journal.ts";

const steps: readonly StepScript[] = [
  { step: "order", kind: "compensatable", keyed: false, rollbackIsRepeatable: true, rollbackId: "order" },
  { step: "stock", kind: "compensatable" },
  { step: "pay", kind: "pivot" },
];

const harmed = "019ad000-0000-7000-8000-00000000000a";
const other = "019ad000-0000-7000-8000-00000000000b";

let directory: string;
let path: string;
/** The journal in which both sagas wait for their second step. */
let written: Buffer;
let mark: Buffer;
/** What handlers were given. */
let given: object[];
let contradictions: unknown[];
let world: ScriptedWorld;
let clock: SimulatedClock;
let journal: SqliteJournal;
let engine: EmbeddedEngine;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "damaged-saga-"));
  path = join(directory, "journal.sqlite");
  open({ "stock/run": ["busy", "busy"] });
  for (const key of ["key of the harmed", "key of the other"]) {
    await engine.start({ definition: "scripted", input: {}, idempotencyKey: key });
    await expect.poll(() => clock.waiting).toBe(1 + Number(key.includes("other")));
  }
  await close();
  written = readFileSync(path);
  mark = readFileSync(`${path}-mark`);
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function open(faults: ConstructorParameters<typeof ScriptedWorld>[0]): void {
  const ids = [harmed, other];
  given = [];
  contradictions = [];
  world = new ScriptedWorld(faults);
  clock = new SimulatedClock();
  journal = new SqliteJournal(path, { onContradiction: (error) => contradictions.push(error) });
  const worldOf = (data: object) => {
    given.push(data);
    return world;
  };
  engine = new EmbeddedEngine({
    controllers: [new ScriptedController(steps, worldOf, { deadlineMs: 3_600_000 })],
    journal,
    clock,
    random: () => 0.5,
    newId: () => ids.shift() ?? "another",
    sagasInFlightMax: 9,
    onDefect: () => undefined,
  });
}

async function close(): Promise<void> {
  await engine.drain(0);
  journal.close();
}

/** Every place of a text in the file. */
function placesOf(text: string): readonly number[] {
  const places: number[] = [];
  for (let place = written.indexOf(text); place >= 0; place = written.indexOf(text, place + 1)) places.push(place);
  return places;
}

/** Flips the lowest bit of a byte of the journal, and goes on with its sagas until they are at rest. Returns their phases. */
async function resumeWithFlip(byte: number): Promise<Readonly<Record<string, string | undefined>>> {
  const flipped = Buffer.from(written);
  flipped.writeUInt8(flipped.readUInt8(byte) ^ 1, byte);
  writeFileSync(path, flipped);
  writeFileSync(`${path}-mark`, mark);
  open({ "stock/run": ["rejected", "rejected"] });
  await engine.resume();
  const phaseOf = async (id: string) => (await engine.get(id))?.saga.phase.name;
  const phases = async () => {
    if (clock.isWaiting) clock.advance();
    await setTimeout(1);
    return { harmed: await phaseOf(harmed), other: await phaseOf(other) };
  };
  const atRest = expect.stringMatching(/^(needs-intervention|cancelled)$/);
  await expect.poll(phases).toEqual({ harmed: atRest, other: atRest });
  return await phases();
}

describe("a saga whose journal is damaged", () => {
  it("sends no id that it was not given: it needs a human, and another saga goes on", async () => {
    const places = placesOf('"order":7');
    expect(places.length).toBeGreaterThan(0);
    for (const place of places) {
      const phases = await resumeWithFlip(place + '"order":'.length);
      expect(given).not.toEqual([]);
      expect(given.filter((data) => "order" in data && data.order !== 7)).toEqual([]);
      expect(Object.values(phases).toSorted()).toEqual(["cancelled", "needs-intervention"]);
      await close();
    }
  });

  it("ends no process, hides no saga and repeats no call, wherever its id is damaged", async () => {
    const places = placesOf(harmed);
    expect(places.length).toBeGreaterThan(3);
    for (const place of places) {
      // Its first letters, so that it is not the id of the other one.
      expect(await resumeWithFlip(place + 3)).toMatchObject({ other: "cancelled" });
      expect(contradictions).toEqual([]);
      expect(world.calls).not.toContain("order/run");
      expect(journal.failure).toBeUndefined();
      await close();
    }
  });

  it("answers to its key wherever that is damaged, and no other saga starts", async () => {
    const places = placesOf("key of the harmed");
    expect(places.length).toBeGreaterThan(2);
    for (const place of places) {
      expect(await resumeWithFlip(place)).toMatchObject({ other: "cancelled" });
      const again = engine.start({ definition: "scripted", input: {}, idempotencyKey: "key of the harmed" });
      expect(
        await again.then(
          ({ id }) => id,
          (error: unknown) => error instanceof UnreadableSaga || error,
        ),
      ).toBeOneOf([harmed, true]);
      await close();
    }
  });
});
