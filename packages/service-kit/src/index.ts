export { addressOf, ownAddresses } from "./addresses.ts";
export { boundConnections, type ConnectionBound } from "./bounded-connections.ts";
export { type ConnectionsMaxOptions, connectionsMax } from "./connections-max.ts";
export { EnvironmentError, readEnvironment } from "./environment.ts";
export {
  IDLE_CONNECTION_MS_DEFAULT,
  ListenError,
  type Listening,
  type ListenOptions,
  listen,
  type OwnListening,
} from "./listen.ts";
export { DeafServerError, watchOwnPort } from "./own-port.ts";
export { denoArguments, type Permissions } from "./permissions.ts";
export { printCommand } from "./print-command.ts";
export type { EndReason, ProcessEnd, Running, StopProblem } from "./process-end.ts";
export { registeredTracer } from "./registered-tracer.ts";
export { runProcess } from "./run-process.ts";
export { inServerSpan, nameServerSpan, serverSpan } from "./server-span.ts";
export { END_WITH_PARENT, type StopReason, watchStopSignal } from "./stop-signal.ts";
export {
  day,
  file,
  flag,
  host,
  httpUrl,
  integer,
  list,
  optionalInteger,
  optionalText,
  optionalToken,
  pathPrefix,
  port,
  text,
} from "./variables.ts";
