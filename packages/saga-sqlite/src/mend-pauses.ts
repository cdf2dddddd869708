import { pauseOf, pauseRow } from "./pause-row.ts";
import { prepareExact } from "./prepare-exact.ts";
import { PAUSES, WRITE_PAUSE } from "./statements.ts";
import type { Prepare } from "./sums.ts";

interface Found {
  /** Whether the table's rows are damaged in another way than that one does not fit its sum. */
  readonly isDamaged: boolean;
  readonly onDamage: (damage: string) => void;
}

/**
 * Writes the pauses again if one is damaged, and marks that one: it stays a pause, and the engine decides what it pauses.
 *
 * @throws the error of SQLite when they cannot be read or written.
 */
export function mendPauses(prepare: Prepare, transact: (work: () => void) => void, { isDamaged, onDamage }: Found): void {
  const rows = prepareExact(prepare, PAUSES).all();
  const damaged = rows.filter(({ fits }) => fits !== 1n).map(pauseOf);
  if (damaged.length === 0 && !isDamaged) return;
  const sound = rows.filter(({ fits }) => fits === 1n).map(pauseOf);
  const names = new Set(sound.map(({ definition }) => definition));
  transact(() => {
    prepare("DELETE FROM pause").run();
    const write = prepare(WRITE_PAUSE);
    for (const pause of sound) write.run(...pauseRow(pause));
    for (const pause of damaged) {
      // Under the name of another pause it must not take that one's place.
      const definition = names.has(pause.definition) ? `${pause.definition} (damaged)` : pause.definition;
      write.run(...pauseRow({ ...pause, definition }));
      onDamage(`A pause is damaged. It names the definition "${definition}".`);
    }
  });
}
