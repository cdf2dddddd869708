import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage, isPageCurrent, type PageSizes } from "./build-page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const directory = join(root, "dist/page");
/** It decides what would happen, also in the page. */
const core = join(root, "../saga-core/src");

/** The sources of the console's page, whose parts another page may use. */
export const appSources: string = join(root, "src/app");

/** Builds the console into `dist/page`. */
export async function buildConsole(): Promise<PageSizes> {
  return await buildPage({ sources: appSources, directory });
}

/** Whether there is a build that is as new as every source. */
export async function isBuildCurrent(): Promise<boolean> {
  return await isPageCurrent({ sources: [appSources, core], directory });
}
