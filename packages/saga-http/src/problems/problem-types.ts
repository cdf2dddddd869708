/** One kind of problem: its HTTP status, and its texts for people. */
export interface ProblemKind {
  readonly status: 400 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  readonly title: string;
  /** What happened and what it means, for the page of the type. */
  readonly meaning: string;
  /** What a client does about it, for the same page. */
  readonly advice: string;
  /** Whether the reply has a `Retry-After`, because the same request may succeed later. Default: false. */
  readonly isTransient?: boolean;
}

const AGAIN = "Wait as long as `Retry-After` says, and send the same request again: a refused request has had no effect.";

/** Every kind of problem that this API answers with (RFC 9457), stable for clients to switch on. */
export const problemTypes = {
  "malformed-json": {
    status: 400,
    title: "The body is not JSON.",
    meaning:
      "The body could not be read as JSON in UTF-8, or the connection was cut before all of it had come. Nothing was done.",
    advice: "Mend the body, and send it again.",
  },
  "malformed-key": {
    status: 400,
    title: "The Idempotency-Key is malformed.",
    meaning: "An `Idempotency-Key` has 1 to 255 printable ASCII characters, and is sent once. Nothing was done.",
    advice: "Send a key like a UUID; quote one that has a comma or a quote in it.",
  },
  "not-found": {
    status: 404,
    title: "There is nothing here.",
    meaning: "There is no such route, saga or definition. A saga that ended long ago may have been deleted.",
    advice: "Look at the path, and at the id.",
  },
  "method-not-allowed": {
    status: 405,
    title: "This method is not one of the route's.",
    meaning: "The route is there, and knows other methods: `Allow` names them.",
    advice: "Use one of them.",
  },
  "saga-cancelled": {
    status: 409,
    title: "A participant refused, or somebody cancelled; everything was undone.",
    meaning:
      "The saga has ended without a net effect. `step` is the step that could not be done, `reason` says why, and `rolled_back` names the steps that were undone, in that order.",
    advice: "Change what was refused (an amount, a product), and start a new saga under a new Idempotency-Key.",
  },
  "operation-refused": {
    status: 409,
    title: "This cannot be asked of the saga now.",
    meaning:
      "What was asked could make the saga end wrong, or comes too late; nothing has changed. `allowed_from` is there when waiting helps.",
    advice: "`GET /sagas/{saga_id}/choices` says what can be asked of it, and what each choice leads to.",
  },
  "body-too-large": {
    status: 413,
    title: "The body is too large.",
    meaning: "A body has at most 65536 bytes. Nothing was done.",
    advice: "Send less.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body must be JSON.",
    meaning: "The Content-Type is not `application/json`. Nothing was done.",
    advice: "Send `Content-Type: application/json`.",
  },
  "invalid-request": {
    status: 422,
    title: "The request is not valid.",
    meaning:
      "Each of `errors` points to a member of the body by its JSON Pointer (RFC 6901), or in the same way to a parameter, and says what is allowed. Nothing was done.",
    advice: "Mend what `errors` names.",
  },
  "idempotency-key-reused": {
    status: 422,
    title: "The Idempotency-Key was used with another body.",
    meaning: "An earlier request under this key started a saga with another body, or of another definition. Nothing was done.",
    advice: "Use a new key for what is another request.",
  },
  "internal-error": {
    status: 500,
    title: "Something went wrong here.",
    meaning: "A defect of the orchestrator; its log says more. What was accepted before is not lost.",
    advice: "Send the same request again under the same Idempotency-Key, and tell whoever runs the orchestrator.",
  },
  "saga-unreadable": {
    status: 500,
    title: "The saga is in the journal and cannot be read here.",
    meaning:
      "Its records are damaged, or the version of its definition is not registered in this process. Nothing is done for it.",
    advice: "Whoever runs the orchestrator registers the version, or restores a backup of the journal.",
  },
  "participant-unavailable": {
    status: 503,
    title: "A participant could not be reached in time; everything was undone.",
    meaning: "The saga has ended without a net effect: a participant could not be reached, or not all was done by the deadline.",
    advice: "Start it again later, under a new Idempotency-Key: under the old one this is the answer.",
  },
  overloaded: {
    status: 503,
    title: "Too much is under way.",
    meaning: "A limit is reached. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  "definition-paused": {
    status: 503,
    title: "The definition is paused.",
    meaning: "Somebody paused it: no saga of it starts, those under way go on. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  draining: {
    status: 503,
    title: "The orchestrator is stopping.",
    meaning: "It accepts nothing more; sagas under way go on at the next start. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  "not-ready": {
    status: 503,
    title: "No saga is accepted at present.",
    meaning: "The orchestrator stops, or its journal cannot be written.",
    advice: "Send no saga here until this route answers 200.",
    isTransient: true,
  },
  "journal-unavailable": {
    status: 503,
    title: "The journal cannot be written.",
    meaning: "The disk is full, read-only or broken. What was asked was not done; sagas under way wait, and go on by themselves.",
    advice: AGAIN,
    isTransient: true,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

/** The `type` of a problem. */
export type ProblemType = keyof typeof problemTypes;
