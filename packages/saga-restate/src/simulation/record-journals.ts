import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ScriptedWorld } from "saga-core/testing";
import { DRIVER_VERSION } from "../objects/driver-version.ts";
import { chains, journalScenes } from "./journal-scenes.ts";
import { type RecordedJournal, replay } from "./recorded-journal.ts";
import { SimulatedSaga } from "./simulated-saga.ts";

/**
 * Records the journals of the current driver version, once: `deno run -A src/simulation/record-journals.ts`. A journal that is there already
 * is never replaced, because sagas of that version may be open somewhere.
 */
const directory = join(import.meta.dirname, "journals", `driver-${DRIVER_VERSION}`);
mkdirSync(directory, { recursive: true });
for (const { name, chain, faults, play, ...options } of journalScenes) {
  const file = join(directory, `${name}.json`);
  if (existsSync(file)) continue;
  const saga = new SimulatedSaga({ steps: chains[chain], world: new ScriptedWorld(faults), ...options });
  await play(saga);
  const journal = saga.end();
  const { events, phase, end, defects } = await replay(chain, journal);
  if (defects.length > 0) throw new Error(`${name} cannot be replayed: ${String(defects[0])}`);
  const recorded: RecordedJournal = { chain, journal, events: [...events], phase, end };
  writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
  process.stdout.write(`${name}: ${phase}, then ${end}\n`);
}
