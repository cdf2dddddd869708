export type { LedgerEntry } from "./ledger.ts";
export { control, Mock, type MockDefinition, type MockRequest, type MockRoute } from "./mock.ts";
export { answered, applied, type Reply } from "./reply.ts";
export { mockEnvironment, runMock } from "./run-mock.ts";
