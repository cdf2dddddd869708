export { EnvironmentError, readEnvironment } from "./environment.ts";
export { ListenError, type Listening, type ListenOptions, listen } from "./listen.ts";
export { type Running, runProcess } from "./run-process.ts";
export { watchStopSignal } from "./stop-signal.ts";
export { file, flag, host, httpUrl, integer, list, optionalInteger, pathPrefix, port, text } from "./variables.ts";
