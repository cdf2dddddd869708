import { mkdirSync, rmSync } from "node:fs";
import { generatePacts } from "./generate.ts";
import { pactsDirectory } from "./places.ts";

// From an empty folder: Pact adds to the file that it finds, and keeps what nobody wants any more.
rmSync(pactsDirectory, { recursive: true, force: true });
mkdirSync(pactsDirectory);
await generatePacts(pactsDirectory);
