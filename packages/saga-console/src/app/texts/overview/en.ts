import type { OverviewTexts } from "./messages.ts";

const startAt = (time: string) => `the start of the orchestrator at ${time}`;

export const overview = {
  calm: "No saga is in trouble.",
  some: (count, oldest) => `${count} ${count === "1" ? "saga needs" : "sagas need"} a human. The oldest has waited ${oldest}.`,
  onlyMoving: (count) => `Nobody is needed. ${count} ${count === "1" ? "saga is" : "sagas are"} under way.`,
  byPhase: "Open sagas, the worst first",
  oldest: (age) => `oldest ${age}`,
  openDesk: "Open the repair desk",
  first: "Need a human, the oldest first",
  none: "none",
  minutes: "The last hour",
  minute: "Minute",
  counted: { started: "started", completed: "completed", cancelled: "undone", needsHuman: "need a human" },
  sums: ({ started, completed, cancelled, needsHuman }, since) =>
    `${since === undefined ? "" : `Since ${startAt(since)}: `}${started} started, ${completed} completed, ${cancelled} undone, ${needsHuman} came to need a human.`,
  sameAsTable: "The same as a table",
  participants: "Participants, the last 5 minutes",
  noParticipant: (since) =>
    since === undefined ? "No participant was called yet." : `No participant was called since ${startAt(since)}.`,
  noCall: "No call has ended in this time.",
  circuits: { closed: "is called", open: "holds sagas back", "half-open": "is tried again" },
  took: (half, most) => `Half of the calls took at most ${half}, 95 % at most ${most}.`,
  inFlight: (calls, waiting) =>
    `${calls} ${calls === 1 ? "call" : "calls"} under way${waiting === 0 ? "" : `, ${waiting} waiting`}.`,
  pauses: "Pauses",
  noPause: "Each definition takes new sagas.",
  repairs: "Last repairs",
  noRepair: "None since the start of the orchestrator.",
  did: ({ type, step = "", applied }) => {
    switch (type) {
      case "cancel-requested":
        return "cancelled";
      case "retry-requested":
        return "asked for a retry of";
      case "resolved":
        return applied === true ? `said that ${step} was applied, for` : `said that ${step} was not applied, for`;
      case "wait-ended":
        return `ended the wait at ${step}, for`;
      case "acknowledged":
        return "acknowledged the late signals of";
      default:
        return `did ${type} to`;
    }
  },
  event: (seq) => `event ${seq}`,
  oldestOnes: "the oldest sagas of each",
} as const satisfies OverviewTexts;
