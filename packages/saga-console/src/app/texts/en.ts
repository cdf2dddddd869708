import type { Messages } from "./messages.ts";

const act = (undo: boolean, step: string) => (undo ? `undoing ${step}` : step);
const at = (participant: string) => (participant === "" ? "its participant" : participant);

export const en = {
  code: "en",
  title: "Sagas",
  nav: {
    overview: "Overview",
    sagas: "Sagas",
    repair: "Repair",
    definitions: "Definitions",
    main: "Console",
    skip: "Skip to the content",
  },
  settings: { language: "Language", theme: "Theme", auto: "Auto", light: "Light", dark: "Dark", keys: "Single keys" },
  session: {
    signIn: "Sign in",
    token: "Token",
    explain: "Enter the token that you were given. It is kept by the orchestrator until you sign out, and never by this browser.",
    refused: "This token does not count here.",
    signOut: "Sign out",
    mayRead: "may look",
    mayRepair: "may repair",
    mayNothing: "This token may not read sagas. It needs the role read or operate.",
    readOnly: "This console only shows: CONSOLE_WRITES is false.",
    open: "everybody may do all",
  },
  live: {
    connecting: "Connecting",
    live: "Live",
    polling: "No stream: read again every 3 s",
    ended: "Ended: nothing more will come",
  },
  marks: {
    pending: "not sent",
    "under-way": "under way",
    done: "done",
    rejected: "refused",
    unavailable: "unreachable",
    unknown: "in doubt",
    waiting: "waiting",
    skipped: "skipped",
  },
  undoMarks: {
    ready: "ready, if needed",
    undoing: "being undone",
    undone: "undone",
    rejected: "undo refused",
    unavailable: "undo unreachable",
    unknown: "undo in doubt",
  },
  statuses: { running: "under way", completed: "completed", cancelled: "undone", needs_intervention: "needs a human" },
  kinds: {
    compensatable: "can be undone",
    lasting: "may remain",
    pivot: "the pivot",
    retriable: "must succeed",
    read: "only reads",
  },
  troubles: {
    "needs-human": "Needs a human",
    "in-doubt": "In doubt",
    undoing: "Being undone",
    retrying: "Retrying",
    waiting: "Waiting",
  },
  overview: {
    calm: "No saga is in trouble.",
    some: (count, oldest) => `${count} ${count === "1" ? "saga needs" : "sagas need"} a human. The oldest has waited ${oldest}.`,
    onlyMoving: (count) => `Nobody is needed. ${count} ${count === "1" ? "saga is" : "sagas are"} under way.`,
    byAge: "In trouble, by age",
    oldest: (age) => `oldest ${age}`,
    openDesk: "Open the repair desk",
    first: "Waiting longest",
    none: "none",
    definitions: "Definitions",
    starts: "takes new sagas",
    atLeast: (count) => `${count} or more`,
    recent: "Last changed",
  },
  list: {
    title: "Sagas",
    views: "Views",
    all: "All",
    running: "Under way",
    completed: "Completed",
    cancelled: "Undone",
    saved: "Saved views",
    save: "Save this view",
    saveName: "Name of the view",
    forget: (name) => `Forget the view ${name}`,
    search: "Search",
    searchHint: "a number, or part of a text",
    definition: "Definition",
    status: "Status",
    any: "any",
    step: "Step",
    state: "State",
    saga: "Saga",
    started: "Started",
    changed: "Changed",
    where: "Where it stands",
    show: (count) => `${count} changed: show`,
    more: "Further sagas",
    empty: "No saga fits these filters.",
    curl: "Copy as curl",
    copied: "Copied",
    shown: (count, selected) => (selected > 0 ? `${count} shown, ${selected} marked` : `${count} shown`),
    select: (name) => `Mark ${name}`,
    keys: "j and k move, Enter opens, x marks, / searches",
  },
  saga: {
    why: "Why is it here?",
    ladder: "Ladder",
    history: "History",
    data: "Data",
    input: "Input",
    gathered: "Gathered by its steps",
    forward: "forward",
    back: "undo",
    started: "started",
    pivot: "Pivot",
    above: "above: can be undone",
    legend: "Signs",
    happened: "happened",
    may: "may follow",
    sameAsList: "The same as a list",
    attempts: (count) => (count === 1 ? "1 attempt" : `${count} attempts`),
    attemptNumber: (number) => `attempt ${number}`,
    noAttempt: "no attempt is recorded",
    readyIfNeeded: "ready, if needed",
    twoWays: "Two ways from here",
    ifApplied: "applied: it goes on",
    ifNotApplied: "not applied: the steps above are undone",
    asOfNow: "as it is now",
    asOfEvent: (seq) => `as it was after event ${seq}`,
    backToNow: "Show it as it is now",
    slider: "Show the state after an event",
    after: (seq, last) => `State after event ${seq} of ${last}`,
    events: (count) => (count === 1 ? "1 event" : `${count} events`),
    folded: (duration) => `${duration} without an event`,
    next: "Next attempt",
    nextIn: (duration) => `in ${duration}`,
    now: "due now",
    until: "until",
    repair: "Repair this saga",
    apiWords: "In the API's words",
    unknownVersion: (version) =>
      `Version ${version} of this definition is not described here, so the ladder shows its steps without their kinds.`,
    notFound: "There is no such saga.",
    copyLink: "Copy link",
    copyCurl: "Copy as curl",
    evidence: (seq) => `Event ${seq}`,
    says: (name) => `${name} said`,
    version: (version) => `version ${version}`,
    goesOn: "It goes on by itself.",
    lateSignals: "Late signals",
  },
  events: {
    started: "Started. It is on disk before the first call.",
    "pivot-recorded": "The pivot is recorded: from here on it may be sent.",
    "closing-recorded": "Closed: nothing further is run, and what was done is undone.",
    parked: "Parked: nothing of it is under way.",
    resumed: "Taken up again.",
    woken: "Woken: a wait is over.",
    "cancel-requested": "Somebody cancelled it.",
    "retry-requested": "Somebody asked for a retry.",
    resolved: "Somebody said what is true",
    signalled: "A signal came",
    "wait-ended": "Somebody ended the wait.",
    acknowledged: "Somebody acknowledged the late signals.",
    "correlation-refused": "Another saga has its correlation.",
    "id-reused": "Its id was given to another saga.",
    compacted: "failures, told as one",
  },
  why: (reason) => {
    switch (reason.code) {
      case "doubt": {
        const call = `Whether ${act(reason.undo, reason.step)} took effect at ${at(reason.participant)} is not known.`;
        const again =
          reason.keyed === undefined
            ? ""
            : reason.keyed
              ? " Repeating it did not settle it."
              : " It keeps no keys: sent again, the call could be applied twice, so it is not sent.";
        return `${call}${again} Only a person who looks at ${at(reason.participant)} can say whether it was applied.`;
      }
      case "refused-for-good":
        return `${at(reason.participant)} refused ${act(reason.undo, reason.step)}, which must succeed in the end. Find out there why.`;
      case "retrying":
        return `${at(reason.participant)} could not do ${act(reason.undo, reason.step)} at ${reason.attempts === 1 ? "the first attempt" : `${reason.attempts} attempts`}: ${reason.outcome === "unknown" ? "the answer was lost" : "it was not available"}. The call is tried again by itself.`;
      case "waiting":
        return `It waits at ${reason.step} for a signal or an instant. Nothing is sent meanwhile.`;
      case "under-way":
        return `The call ${act(reason.undo, reason.step)} at ${at(reason.participant)} is under way.`;
      case "turned":
        switch (reason.turn.cause) {
          case "rejected":
            return `It turned back because ${reason.turn.step} was refused.`;
          case "deadline":
            return `It turned back because its time was over at ${reason.turn.step}.`;
          case "cancelled":
            return "It turned back because somebody cancelled it.";
          case "timeout":
            return `It turned back because its wait at ${reason.turn.step} was over.`;
          case "unavailable":
            return `It turned back because ${reason.turn.step} could not be done in time.`;
          default:
            return `It turned back at ${reason.turn.step} (${reason.turn.cause}).`;
        }
      case "completed":
        return "It is completed: each step was applied once.";
      case "cancelled":
        return "It is undone: what was done has been undone.";
      case "orphans":
        return `The effect of ${reason.steps.join(", ")} may remain. It is declared harmless.`;
      case "lasting":
        return `What ${reason.steps.join(", ")} did remains, as declared.`;
      case "late-signals":
        return `${reason.count === 1 ? "A signal" : `${reason.count} signals`} came too late, and no person has acknowledged that.`;
      case "asks":
        return "What it stands at is told below, in the API's words.";
    }
  },
  desk: {
    title: "Look, then say what is true",
    known: "Known",
    notKnown: "Not known",
    lookAt: "Where to look",
    done: (step) => `${step} is done`,
    undone: (step) => `${step} is undone`,
    doubt: (step, participant, isUndo) => `whether ${act(isUndo, step)} took effect at ${at(participant)}`,
    nothingInDoubt: "nothing is in doubt",
    look: (participant) => `${at(participant)}, for`,
    choose: "What is to be done?",
    chooseFirst: "Choose first",
    choices: {
      applied: "It was applied",
      "not-applied": "It was not applied",
      retry: "Retry now",
      cancel: "Cancel",
      "end-wait": "End the wait",
      acknowledge: "Acknowledge the late signals",
    },
    follows: "Then",
    nothingSent: "nothing is sent",
    calls: { run: "run", rollback: "undo", probe: "look up" },
    notPossible: (reason) => `Not possible: ${reason}.`,
    from: (time) => `Possible from ${time}`,
    stays: "it still needs a human",
    note: "What did you see?",
    noteHint: "It is kept with the saga, with your name.",
    noteMissing: "Write what you saw: it is kept with the saga.",
    result: "What the step gave, as JSON",
    resultHint: 'for example {"payment_id": 3}',
    resultWrong: "This is no JSON object.",
    act: (choice, consequence) => `${choice}: ${consequence}…`,
    beforeConfirm: "Nothing is sent before you confirm.",
    confirm: "Confirm",
    back: "Go back",
    written: (seq) => (seq === undefined ? "It is recorded." : `It is recorded as event ${seq}.`),
    refused: (detail) => `Refused, and nothing was changed: ${detail}`,
    forbidden: "You may not do this, and nothing was changed. What you wrote is kept here.",
    unreachable: "No answer came. It is not known whether this was recorded: look at the history before you repeat it.",
    noRole: "Your token may look and not repair. It needs the role operate.",
    nextSaga: "Next saga",
    queue: "Waiting for a human, longest first",
    queueEmpty: "No saga waits for a human.",
    ended: "It has ended: there is nothing to repair.",
    trail: "What people did",
    refusal: ({ reason = "" }) => reason,
  },
  definitions: {
    title: "Definitions",
    steps: "Steps",
    pause: "Pause",
    resume: "Resume",
    paused: (since) => `Paused since ${since}`,
    pausedItself: (since) => `It paused itself at ${since}`,
    pauseTells: "New sagas are refused with 503 until somebody resumes. Sagas under way go on.",
    resumeTells: "New sagas are accepted again.",
    keyed: "keeps keys",
    unkeyed: "keeps no keys",
    participant: "Participant",
    kind: "Kind",
    transitions: "States and arrows",
    waits: "waits for a signal or an instant",
    policy: "Patience",
    limits: {
      attempts_max: "Attempts while unreachable",
      backoff_ms_base: "First pause between attempts, at most",
      backoff_ms_max: "Longest pause between attempts",
      retry_after_ms_max: "Longest Retry-After that counts",
      deadline_ms: "Turns back after",
      give_up_ms: "Gives up after",
    },
    fingerprint: "Fingerprint",
    earlier: (version) => `Version ${version}, for sagas that started with it`,
    whatIf: "What if…",
  },
  error: {
    load: "This could not be read.",
    again: "Read again",
    signedOut: "Your session is over. Sign in again.",
    stale: "The orchestrator does not answer. This is the last that was read, at",
  },
  close: "Close",
} as const satisfies Messages;
