export { control } from "./controls.ts";
export { errorBody, jsonBody, jsonReply, pathId, readId } from "./document.ts";
export { knownMocks } from "./known-mocks.ts";
export { Mock } from "./mock.ts";
export { mockPermissions, printMockCommand, variablesOfMock } from "./mock-permissions.ts";
export type { MockRoute } from "./mock-route.ts";
export { answered, applied, type Reply } from "./reply.ts";
export { type MockOptions, mockEnvironment, runMock, signalEnvironment } from "./run-mock.ts";
export type { Signal } from "./signals.ts";
