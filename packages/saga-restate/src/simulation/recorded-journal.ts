import { ScriptedWorld } from "saga-core/testing";
import { z } from "zod";
import { type ChainName, chains } from "./journal-scenes.ts";
import type { InvocationJournal } from "./simulated-invocation.ts";
import { SimulatedSaga } from "./simulated-saga.ts";

/** A journal as a driver version left it, and what that version made of it. */
export const recordedJournalSchema = z.object({
  chain: z.enum(["keyed", "unkeyed", "probing", "waiting"]),
  journal: z.object({
    now: z.number(),
    input: z.string(),
    commands: z.array(z.string()).readonly(),
    notifications: z.array(z.object({ handle: z.string(), text: z.string() })).readonly(),
    timers: z.array(z.tuple([z.string(), z.number()]).readonly()).readonly(),
  }),
  /** The types of the events that the replay emits. */
  events: z.array(z.string()),
  /** The saga's phase after the replay, and its last phase when it continues with participants that have no faults. */
  phase: z.string(),
  end: z.string(),
});

export type RecordedJournal = Readonly<z.output<typeof recordedJournalSchema>>;

/** Replays a journal in a new process, and lets the saga continue from there. */
export async function replay(chain: ChainName, journal: InvocationJournal) {
  const saga = new SimulatedSaga({ steps: chains[chain], world: new ScriptedWorld(), journal });
  await saga.resume();
  const replayed = {
    events: [...saga.events],
    phase: String(saga.saga?.phase.name),
    commands: saga.process.context.commands,
    sent: [...saga.world.calls],
  };
  await saga.finish();
  return { ...replayed, end: String(saga.saga?.phase.name), defects: saga.defects };
}
