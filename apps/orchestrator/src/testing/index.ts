export { RESTATE_UNDER_TEST } from "./engine-under-test.ts";
export { allFailures, describeOutcome, type Happening, placesOf, whatHappens } from "./existing-services.ts";
export { type Contract, outcomeTable, readingOf, type TableRow } from "./outcome-table.ts";
export { type CallName, callNamed, callNames } from "./participant-calls.ts";
export { type Answer, answering, ScriptedParticipant } from "./scripted-participant.ts";
