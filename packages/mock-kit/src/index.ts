export { errorBody, jsonBody, jsonReply, pathId, readId } from "./document.ts";
export { control, Mock, type MockRoute } from "./mock.ts";
export { answered, applied, type Reply } from "./reply.ts";
export { mockEnvironment, runMock } from "./run-mock.ts";
