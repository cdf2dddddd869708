export { Stack, type StackOptions } from "./stack.ts";
export { Supervisor, type SupervisorOptions } from "./supervisor.ts";
