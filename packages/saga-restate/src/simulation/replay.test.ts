import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DRIVER_VERSION } from "../objects/driver-version.ts";
import { journalScenes } from "./journal-scenes.ts";
import { recordedJournalSchema, replay } from "./recorded-journal.ts";

const directory = join(import.meta.dirname, "journals", `driver-${DRIVER_VERSION}`);
const files = readdirSync(directory);

describe("a journal of this driver version", () => {
  it.for(files)("is replayed command by command, and its saga ends as it should: %s", async (file) => {
    const recorded = recordedJournalSchema.parse(JSON.parse(readFileSync(join(directory, file), "utf8")));
    const { events, phase, commands, end, defects } = await replay(recorded.chain, recorded.journal);
    const advice =
      "The driver decides something else from this journal: raise DRIVER_VERSION and record journals of the new version.";
    expect(defects, advice).toEqual([]);
    expect({ events, phase, end }, advice).toEqual({ events: recorded.events, phase: recorded.phase, end: recorded.end });
    expect(commands, advice).toBeGreaterThanOrEqual(recorded.journal.commands.length);
  });

  it("is there for each scene", () => {
    expect(files.toSorted()).toEqual(journalScenes.map(({ name }) => `${name}.json`).toSorted());
  });
});

describe("a journal of another driver", () => {
  it("is not replayed silently: a different command is a defect", async () => {
    const text = readFileSync(join(directory, "keyed-completed.json"), "utf8").replaceAll("run order/run 1", "run order/run 2");
    const { chain, journal } = recordedJournalSchema.parse(JSON.parse(text));
    expect((await replay(chain, journal)).defects.map(String)).toEqual([expect.stringContaining("journal mismatch")]);
  });
});
