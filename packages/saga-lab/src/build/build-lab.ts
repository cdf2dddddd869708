import { fileURLToPath } from "node:url";
import { appSources, buildPage, isPageCurrent } from "saga-console/build";

/** Where the build writes the page and its assets. */
export const labDirectory: string = fileURLToPath(new URL("../../dist/", import.meta.url));

const own = fileURLToPath(new URL("../page/", import.meta.url));
const api = fileURLToPath(new URL("../api/", import.meta.url));

/** Builds the page of the lab, in the way in which the console is built. */
export async function buildLab(): Promise<{ readonly firstLoadBytes: number }> {
  return await buildPage({ sources: own, directory: labDirectory });
}

/** Whether there is a build that is as new as every source; the parts of the console are sources too. */
export async function isLabCurrent(): Promise<boolean> {
  return await isPageCurrent({ sources: [own, api, appSources], directory: labDirectory });
}
