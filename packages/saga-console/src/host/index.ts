export { builtDirectory } from "./built-files.ts";
export { type ConsoleOptions, consoleApp } from "./console-app.ts";
export { Sessions, type SessionsOptions } from "./sessions.ts";
