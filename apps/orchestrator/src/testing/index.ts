export { RESTATE_UNDER_TEST } from "./engine-under-test.ts";
export { allFailures, canHappen, describeOutcome, type Happening, placesOf, whatHappens } from "./existing-services.ts";
export { outcomeTable, readingOf } from "./outcome-table.ts";
export { type CallName, callNamed, callNames } from "./participant-calls.ts";
export { type Answer, answering, ScriptedParticipant } from "./scripted-participant.ts";
export type { Contract, TableRow } from "./table-row.ts";
