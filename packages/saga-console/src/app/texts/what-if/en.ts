import type { WhyEnds } from "../../what-if/why-ends.ts";
import type { WhatIfMessages } from "./messages.ts";

const list = (steps: readonly string[]) => steps.join(", ");

function asks(step: string, reason: string): string {
  switch (reason) {
    case "unknown-unkeyed":
      return `Nobody knows whether ${step} was applied, and its participant keeps no keys: sent again, it could be applied twice. A person looks.`;
    case "gave-up":
      return `No answer to ${step} came until the saga gave up. A person looks.`;
    case "refused":
      return `${step} must succeed in the end, and was refused. A person finds out why.`;
    case "no-signal":
      return `The time of ${step} is over, and no signal came. A person decides; a signal still counts.`;
    default:
      return `A person is asked about ${step} (${reason}).`;
  }
}

function turned(step: string, cause: string): string {
  switch (cause) {
    case "rejected":
      return `${step} was refused, so what was done is undone.`;
    case "unavailable":
      return `${step} could not be done at any attempt, so what was done is undone.`;
    case "deadline":
      return `The time was over before ${step} was done, so what was done is undone.`;
    case "cancelled":
      return "The cancel was accepted: what was done is undone, also what was under way.";
    case "timeout":
      return `The time of ${step} was over without a signal, so what was done is undone.`;
    default:
      return `It turned back at ${step} (${cause}).`;
  }
}

export const whatIfEn = {
  title: (definition, version) => `${definition}, ${version}: what if?`,
  explain:
    "Pick a step and what goes wrong there; all else goes right. The function that decides in the orchestrator decides here, in this page.",
  grid: "Step by what goes wrong",
  step: "Step",
  troubles: {
    refused: "Refused",
    "timed-out": "Timed out",
    cut: "Cut after sending",
    unreachable: "Unreachable",
    silent: "Never answers",
    cancelled: "Cancelled here",
  },
  supposed: {
    refused: "The participant says no, for good.",
    "timed-out": "The first request is lost on its way, and its time runs out. Further ones are answered.",
    cut: "The first request is applied, and its answer is lost. Further ones are answered.",
    unreachable: "No request reaches the participant, and that is certain.",
    silent: "Requests leave, and no answer ever comes.",
    cancelled: "A person cancels while the call is under way. The call is done.",
  },
  supposedAtWait: {
    refused: "The signal says no.",
    silent: "No signal comes.",
    cancelled: "A person cancels while the saga waits.",
  },
  endings: { completed: "completed", cancelled: "undone", needs_intervention: "needs a human", waiting: "goes on waiting" },
  cannotHappen: "cannot happen: nobody is called here",
  version: "Version",
  keys: { legend: "Participants keep keys", "as-told": "as they are", kept: "all", "not-kept": "none" },
  follows: "What follows",
  after: (duration) => `About ${duration} after its start.`,
  client: "The client is told",
  clientWaits: "if it waits that long; before, 202 and where to look.",
  calls: "Calls",
  noCalls: "Nothing is called.",
  actions: { run: "run", rollback: "undo", probe: "look up" },
  times: (count) => `${count} times`,
  shortened: "Further attempts that end alike are left out.",
  why: (why: WhyEnds) => {
    switch (why.code) {
      case "cancel-refused":
        return "The cancel is refused with 409: the pivot may have been sent.";
      case "repeated":
        return `${why.step} was sent again, and then done.`;
      case "looked-up":
        return `Whether ${why.step} was applied was looked up, without a person.`;
      case "read-again":
        return `${why.step} only reads: it was read again, and nothing was in doubt.`;
      case "went-on":
        return `The time of ${why.step} was over, and the saga went on without a signal.`;
      case "asks":
        return asks(why.step, why.reason);
      case "turned":
        return turned(why.step, why.cause);
      case "orphans":
        return `The effect of ${list(why.steps)} may remain. It is declared harmless.`;
      case "remains":
        return `What ${list(why.steps)} did remains, or may remain, as declared.`;
      case "waits":
        return `Nothing but a signal for ${why.step}, or a person, ends the wait.`;
    }
  },
  path: "Path",
  nothingSent: "Foretold: nothing is sent.",
  notFound: (definition) => `There is no definition ${definition} here.`,
  notTold:
    "The API tells too little of this definition for this page. Load the page again: perhaps the orchestrator is another release now.",
} as const satisfies WhatIfMessages;
