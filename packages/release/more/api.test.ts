import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { apiReport, librariesOf, REPORT, readWorkspace } from "release";
import { expect, it } from "vitest";

// `test:more` has compiled the packages before.
const libraries = librariesOf(await readWorkspace());

it.for(libraries.map((each) => [each.name, each] as const))(
  "%s has the API that its report shows (else: pnpm --filter release run update, and a line in docs/upgrade.md where somebody must react)",
  async ([, each]) => {
    expect(await apiReport(each)).toBe(await readFile(join(each.directory, REPORT), "utf8"));
  },
);
