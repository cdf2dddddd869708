import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeApiFiles } from "./api-files.ts";

for (const [path, text] of await makeApiFiles()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
