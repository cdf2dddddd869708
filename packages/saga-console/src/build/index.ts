export { appSources, buildConsole, isBuildCurrent } from "./build-console.ts";
export { buildPage, isPageCurrent, type PageBuild } from "./build-page.ts";
