export { callHandler } from "../definition/call-handler.ts";
export { type ClockSubject, clockContract } from "./clock-contract.ts";
export { type ContractCase, expectSame } from "./contract.ts";
export { type JournalSubject, journalContract } from "./journal-contract.ts";
export { MemoryJournal } from "./memory-journal.ts";
export { sampleRecord } from "./sample-record.ts";
export { SimulatedClock } from "./simulated-clock.ts";
