import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { GenerateError, generatePacts } from "./generate.ts";
import { pactsDirectory } from "./paths.ts";

// Generated into an empty folder, because Pact adds to existing files and keeps their old interactions.
const directory = mkdtempSync(join(tmpdir(), "pacts-"));
try {
  await generatePacts(directory);
  rmSync(pactsDirectory, { recursive: true, force: true });
  mkdirSync(pactsDirectory);
  cpSync(directory, pactsDirectory, { recursive: true });
} catch (error) {
  if (!(error instanceof GenerateError)) throw error;
  process.stderr.write(`${error.message}\nThe committed pacts are unchanged.\n`);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true });
}
