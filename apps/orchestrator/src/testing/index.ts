export { allFailures, faultPointsOf, isPossible } from "./existing-services/failures.ts";
export { cutCallNames, instants, isPossibleCut, mishaps, runOrderCut } from "./existing-services/order-cut.ts";
export { describeEnd, runOrderWith } from "./existing-services/order-end.ts";
export { existingServicesVariables } from "./existing-services/variables.ts";
export { outcomeOf, outcomeTable } from "./outcomes/outcome-table.ts";
export type { TableRow } from "./outcomes/table-row.ts";
export { type CallName, callNamed, callNames } from "./participants/participant-calls.ts";
export { answering, ScriptedParticipant } from "./participants/scripted-participant.ts";
export { RESTATE_UNDER_TEST } from "./stack/engine-under-test.ts";
