import process from "node:process";
import { namingVersion, raiseVersion } from "./raise-version.ts";
import { readWorkspace } from "./workspace.ts";

// `pnpm --filter release run next-version`: commit what it changed, and tag the commit.
const { root } = await readWorkspace();
process.stdout.write(`v${await raiseVersion(root, namingVersion)}\n`);
