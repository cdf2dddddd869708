import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { makeGenerated } from "./generated.ts";
import { readPages, regenerate, root } from "./pages.ts";

const generated = await makeGenerated();

for (const page of readPages()) {
  const text = regenerate(page, (name) => {
    const block = generated.get(name);
    if (block === undefined) throw new Error(`${page.path} has a block "${name}", which nothing generates.`);
    return block;
  });
  if (text !== page.text) writeFileSync(join(root, page.path), text);
}

// The orchestrators that were killed for a table leave timers behind.
process.exit(0);
