import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { apiReport, REPORT } from "./api-report.ts";
import { build } from "./pack.ts";
import { librariesOf, readWorkspace } from "./workspace.ts";

// `pnpm --filter release run update`: writes the API report of each published package, after a change that it must follow.
const workspace = await readWorkspace();
await build(workspace);
for (const each of librariesOf(workspace)) await writeFile(join(each.directory, REPORT), await apiReport(each));
