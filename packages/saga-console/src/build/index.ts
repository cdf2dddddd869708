export { buildConsole, isBuildCurrent } from "./build-console.ts";
