export { EnvironmentError, readEnvironment } from "./environment.ts";
export { ListenError, type Listening, type ListenOptions, listen } from "./listen.ts";
export { type Running, runProcess } from "./run-process.ts";
export { flag, host, httpUrl, integer, port, text } from "./variables.ts";
