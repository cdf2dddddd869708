import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "./pages.ts";

const manifest = z.object({ scripts: z.record(z.string(), z.string()).default({}) });

/** The scripts of a package, by the path of its folder. */
export function scriptsOf(folder: string): Readonly<Record<string, string>> {
  return manifest.parse(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))).scripts;
}
