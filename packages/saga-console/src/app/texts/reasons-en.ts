import type { About } from "../model/why.ts";
import type { ReasonTexts } from "./reason-texts.ts";

const act = ({ undo, step }: About) => (undo ? `undoing ${step}` : step);
const at = ({ participant }: About) => (participant === "" ? "its participant" : participant);
const list = ({ steps = [] }: About) => steps.join(", ");
const atFirst = ({ participant }: About) => (participant === "" ? "Its participant" : participant);
const times = ({ attempts }: About) => (attempts === 1 ? "at the first attempt" : `at ${attempts} attempts`);
const doubt = (about: About) => `Whether ${act(about)} took effect at ${at(about)} is not known.`;
const look = (about: About) => `Only a person who looks at ${at(about)} can say whether it was applied.`;

/** What follows when the time of a wait is over. */
function end({ until, onTimeout }: About): string {
  if (until === "") return "There is no limit.";
  switch (onTimeout) {
    case "turn-back":
      return `If none comes by ${until}, what was done is undone.`;
    case "go-on":
      return `If none comes by ${until}, it goes on.`;
    case "ask":
      return `If none comes by ${until}, it needs a human.`;
    default:
      return `Its time is over at ${until}.`;
  }
}

function turned({ cause, step }: About): string {
  switch (cause) {
    case "rejected":
      return `It turned back because ${step} was refused.`;
    case "unavailable":
      return `It turned back because ${step} could not be done in as many attempts as it has.`;
    case "deadline":
      return `It turned back because its time was over at ${step}.`;
    case "cancelled":
      return "It turned back because somebody cancelled it.";
    case "timeout":
      return `It turned back because its wait at ${step} was over.`;
    default:
      return `It turned back at ${step} (${cause}).`;
  }
}

function others({ steps }: About): string {
  if (steps === undefined) return "";
  return steps.length === 0
    ? " Everything else that was to be undone is."
    : ` Undoing ${steps.join(", ")} was refused too: that is asked next.`;
}

export const reasonsEn = {
  "unknown-unkeyed": (about) =>
    `${doubt(about)} It keeps no keys: sent again, the call could be applied twice, so it is not sent. ${look(about)}`,
  "gave-up": (about) => `${doubt(about)} Repeating the call did not settle it in time. ${look(about)}`,
  "key-may-be-forgotten": (about) =>
    `${doubt(about)} The orchestrator's clock went back since, so its key may be forgotten there: sent again, the call could be applied twice. ${look(about)}`,
  defect: (about) =>
    `${atFirst(about)} says that the key of ${act(about)} was used for another request. That is a defect of the orchestrator or of that service. ${look(about)}`,
  "id-reused": (about) =>
    `${doubt(about)} The same id was given to saga ${about.holder} since: what was to be undone is gone, and another attempt could undo what that saga did.`,
  refused: (about) =>
    `${atFirst(about)} refused ${act(about)}, which must succeed in the end. Find out there why.${others(about)}`,
  "signal-refused": ({ step }) =>
    `A signal for ${step} refused what can no longer be undone. Find out why; a signal that agrees is still taken.`,
  "no-signal": ({ step }) =>
    `The time of the wait ${step} is over, and no signal came. Nothing was sent, and a signal that comes now is still taken.`,
  "correlation-taken": ({ step, holder }) =>
    `It waits at ${step} for a signal, and saga ${holder} has the correlation by which its sender would find it. A signal by the id of this saga is taken.`,
  "correlation-unusable": ({ step, member }) =>
    `It waits at ${step} for a signal, and no sender could name its correlation${member === "" ? "" : `, ${member}`}. A signal by the id of this saga is taken.`,
  unregistered: ({ definition, version }) =>
    `It runs ${definition} version ${version}, which is not registered here, so nothing is done for it. Register that version beside the others, and restart the process.`,
  unreadable: () =>
    "Its records in the journal are damaged, so nothing is done for it. Find out at its participants what it did; then restore the journal from a backup, or leave it as it is.",
  "waiting-for-signal": (about) =>
    `It has waited at ${about.step} for a signal since ${about.since}. Nothing is sent meanwhile. ${end(about)}`,
  "waiting-for-instant": ({ step, since, until }) =>
    `It has waited at ${step} since ${since}. Nothing is sent meanwhile.${until === "" ? "" : ` It goes on at ${until}.`}`,
  "not-done-yet": (about) =>
    `${atFirst(about)} could not do ${act(about)} ${times(about)}, and it certainly had no effect so far. The call is tried again by itself at ${about.next}.`,
  repeated: (about) => `${doubt(about)} It is repeated by itself at ${about.next}, under its key, which cannot apply it twice.`,
  "repeated-harmlessly": (about) =>
    `${doubt(about)} It is repeated by itself at ${about.next}: a second time has no second effect.`,
  "looked-up": (about) => `${doubt(about)} The orchestrator looks it up there by itself at ${about.next}.`,
  "turns-back": ({ until, attemptsMax }) =>
    `If it is not done by ${until}, or after ${attemptsMax} attempts, what was done is undone.`,
  "asks-later": ({ until }) => `If it is not settled by ${until}, it needs a human.`,
  "held-back": (about) =>
    `${atFirst(about)} did not answer recently, or has no room for another call. ${about.step} waits for it, and nothing is under way.`,
  "under-way": (about) => `The call ${act(about)} at ${at(about)} is under way.`,
  "turned-back": turned,
  completed: () => "It is completed: each step was applied once.",
  cancelled: () => "It is undone: what was done has been undone.",
  orphans: (about) => `The effect of ${list(about)} may remain. It is declared harmless.`,
  lasting: (about) => `What ${list(about)} did remains, as declared.`,
  "late-signals": ({ count }) =>
    `${count === 1 ? "A signal" : `${count} signals`} came too late, and no person has acknowledged that.`,
} as const satisfies ReasonTexts;
