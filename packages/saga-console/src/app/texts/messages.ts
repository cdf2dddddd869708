import type { Choice } from "../api/replies.ts";
import type { ListTexts } from "./list/messages.ts";
import type { OverviewTexts } from "./overview/messages.ts";
import type { ReasonTexts } from "./reason-texts.ts";
import type { RepairMessages } from "./repair/messages.ts";
import type { SagaDetails } from "./saga-details.ts";

/** Every text of the console. Each language is one module that must have them all. Texts that name something take it, so that a language orders its words. */
export interface Messages {
  readonly code: "en" | "fr";
  readonly title: string;
  /** After something that is named. */
  readonly colon: string;
  readonly nav: Readonly<Record<"overview" | "sagas" | "repair" | "definitions" | "main" | "skip", string>>;
  readonly settings: Readonly<Record<"language" | "theme" | "auto" | "light" | "dark" | "keys", string>>;
  readonly session: Readonly<
    Record<
      "signIn" | "token" | "explain" | "refused" | "signOut" | "mayRead" | "mayRepair" | "mayNothing" | "readOnly" | "open",
      string
    >
  >;
  readonly live: Readonly<Record<"connecting" | "live" | "polling" | "ended" | "missing", string>>;
  readonly marks: Readonly<Record<string, string>>;
  readonly undoMarks: Readonly<Record<string, string>>;
  readonly statuses: Readonly<Record<string, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly phases: Readonly<Record<string, string>>;
  readonly overview: OverviewTexts;
  readonly list: ListTexts;
  readonly saga: {
    readonly why: string;
    readonly ladder: string;
    readonly history: string;
    readonly data: string;
    readonly input: string;
    readonly gathered: string;
    readonly back: string;
    readonly started: string;
    readonly pivot: string;
    readonly above: string;
    readonly legend: string;
    readonly happened: string;
    readonly may: string;
    readonly sameAsList: string;
    readonly attempts: (count: number) => string;
    readonly attemptNumber: (number: number) => string;
    readonly noAttempt: string;
    readonly twoWays: string;
    readonly ifApplied: string;
    readonly ifNotApplied: string;
    readonly asOfNow: string;
    readonly asOfEvent: (seq: number) => string;
    readonly backToNow: string;
    readonly slider: string;
    readonly after: (seq: number, last: number) => string;
    /** How many there were, and as how many they are told: fewer where one stands for many. */
    readonly events: (count: number, told: number) => string;
    readonly folded: (duration: string) => string;
    readonly next: string;
    readonly nextIn: (duration: string) => string;
    readonly now: string;
    readonly until: string;
    readonly repair: string;
    readonly apiWords: string;
    readonly unknownVersion: (version: number) => string;
    readonly notFound: string;
    readonly copyLink: string;
    readonly copyCurl: string;
    readonly evidence: (seq: number) => string;
    readonly says: (name: string) => string;
    readonly version: (version: number) => string;
  };
  readonly events: Readonly<Record<string, string>>;
  readonly reasons: ReasonTexts;
  readonly details: SagaDetails;
  readonly desk: {
    readonly title: string;
    readonly known: string;
    readonly notKnown: string;
    readonly lookAt: string;
    readonly done: (step: string) => string;
    readonly undone: (step: string) => string;
    readonly doubt: (step: string, participant: string, isUndo: boolean) => string;
    readonly nothingInDoubt: string;
    readonly look: (participant: string) => string;
    readonly choose: string;
    readonly chooseFirst: string;
    readonly choices: Readonly<Record<string, string>>;
    readonly follows: string;
    readonly nothingSent: string;
    readonly calls: Readonly<Record<string, string>>;
    readonly notPossible: (reason: string) => string;
    readonly from: (time: string) => string;
    readonly stays: string;
    readonly note: string;
    readonly noteHint: string;
    readonly noteMissing: string;
    readonly act: (choice: string, consequence: string) => string;
    readonly beforeConfirm: string;
    readonly confirm: (choice: string, consequence: string) => string;
    readonly computedAgain: string;
    readonly notComputed: string;
    readonly changedMeanwhile: string;
    readonly back: string;
    readonly written: (seq: number | undefined) => string;
    readonly refused: (detail: string) => string;
    readonly forbidden: string;
    readonly unreachable: string;
    readonly noRole: string;
    readonly nextSaga: string;
    readonly queue: string;
    readonly queueEmpty: string;
    readonly ended: string;
    readonly trail: string;
    readonly refusal: (refused: Pick<Choice, "reason">) => string;
    /** That not all fit; how many more there are, where that is known. */
    readonly queueMore: (shown: string, more: string | undefined) => string;
    readonly queueOthers: string;
  };
  readonly repair: RepairMessages;
  readonly definitions: {
    readonly title: string;
    readonly steps: string;
    readonly pause: string;
    readonly resume: string;
    readonly paused: (since: string) => string;
    readonly pausedItself: (since: string) => string;
    readonly pauseTells: string;
    readonly resumeTells: string;
    readonly keyed: string;
    readonly unkeyed: string;
    readonly participant: string;
    readonly kind: string;
    readonly transitions: string;
    readonly waits: string;
    readonly policy: string;
    readonly limits: Readonly<Record<string, string>>;
    readonly fingerprint: string;
    readonly earlier: (version: number) => string;
    readonly whatIf: string;
  };
  /** A page that the console does not have. */
  readonly noPage: Readonly<Record<"title" | "toOverview", string>>;
  readonly error: Readonly<Record<"load" | "again" | "signedOut" | "stale", string>> & {
    /** That a part of a page was not read; since when what is shown of it stands, if something is. */
    readonly part: (what: string, why: string, at: string | undefined) => string;
  };
}
