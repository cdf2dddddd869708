/** One kind of problem: its HTTP status, and its texts for people. */
export interface ProblemKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 421 | 422 | 429 | 500 | 503;
  /** The `title` of the reply: the same sentence for every problem of the type. */
  readonly title: string;
  /** What happened and what it means, for the page of the type. */
  readonly meaning: string;
  /** Advice for the client, for the same page. */
  readonly advice: string;
  /** Whether the reply has a `Retry-After`, because the same request may succeed later. Default: false. */
  readonly isTransient?: boolean;
}

/** The `type` of a problem. */
export type ProblemType =
  | "malformed-json"
  | "malformed-key"
  | "malformed-url"
  | "unauthenticated"
  | "not-permitted"
  | "cross-site"
  | "not-found"
  | "correlation-unknown"
  | "method-not-allowed"
  | "saga-cancelled"
  | "correlation-taken"
  | "signal-late"
  | "operation-refused"
  | "body-too-large"
  | "unsupported-media-type"
  | "host-not-allowed"
  | "invalid-request"
  | "idempotency-key-reused"
  | "too-many-signals"
  | "internal-error"
  | "saga-unreadable"
  | "participant-unavailable"
  | "overloaded"
  | "definition-paused"
  | "draining"
  | "signal-not-readable"
  | "not-ready"
  | "identity-unavailable"
  | "journal-unavailable";

const AGAIN = "Wait for as long as `Retry-After` says, and send the same request again: a refused request has had no effect.";

/** Every kind of problem that this API answers with (RFC 9457). Clients switch on the type, so a type keeps its name and meaning. */
export const problemTypes: Readonly<Record<ProblemType, ProblemKind>> = {
  "malformed-json": {
    status: 400,
    title: "The body is not JSON.",
    meaning:
      "The body could not be read as JSON in UTF-8, or the connection was cut before the whole body had arrived. Nothing was done.",
    advice: "Correct the body, and send it again.",
  },
  "malformed-key": {
    status: 400,
    title: "The Idempotency-Key is malformed.",
    meaning: "An `Idempotency-Key` must have 1 to 255 printable ASCII characters, and must be sent once. Nothing was done.",
    advice: "Send a key like a UUID. Quote a key that contains a comma or a quote.",
  },
  "malformed-url": {
    status: 400,
    title: "The URL is not UTF-8.",
    meaning: "An escape in the path or in the query, like `%FF`, is no text in UTF-8. Nothing was done.",
    advice: "Encode the text as UTF-8 before you escape it, as `encodeURIComponent` does.",
  },
  unauthenticated: {
    status: 401,
    title: "The request does not show who sends it.",
    meaning:
      "Its `Authorization` is missing, or its token is not known here, has expired, or is for somebody else. `WWW-Authenticate` says how to show it. Nothing was done.",
    advice: "Send `Authorization: Bearer <token>` with a token that counts. An operator of the orchestrator gives them out.",
  },
  "not-permitted": {
    status: 403,
    title: "The sender may not do this.",
    meaning: "The token counts, and does not have the role that the route needs: `detail` names it. Nothing was done.",
    advice: "Use a token with the role, or ask an operator of the orchestrator for it.",
  },
  "cross-site": {
    status: 403,
    title: "A page of another site sent the request.",
    meaning:
      "A web page may change something only at the host that it came from. The browser says that this page came from elsewhere (`Origin`, `Sec-Fetch-Site`). Nothing was done.",
    advice: "An operator of the orchestrator can add the page's origin to `ALLOWED_ORIGINS`.",
  },
  "not-found": {
    status: 404,
    title: "Nothing was found.",
    meaning: "There is no such route, saga or definition. A saga that ended long ago may have been deleted.",
    advice: "Check the path and the id.",
  },
  "correlation-unknown": {
    status: 404,
    title: "No saga has this correlation.",
    meaning:
      "The request waited for a saga that has it, and none came. Nothing is kept of a signal without a saga: it may start a moment later, or never.",
    advice: "Wait for as long as `Retry-After` says, and send the same signal again.",
    isTransient: true,
  },
  "method-not-allowed": {
    status: 405,
    title: "The route does not allow this method.",
    meaning: "The route exists for other methods: `Allow` names them.",
    advice: "Use one of them.",
  },
  "saga-cancelled": {
    status: 409,
    title: "A participant refused, a signal did not come, or somebody cancelled; what can be undone was undone.",
    meaning:
      "The saga has ended, and has no effect but those that it lists. `step` is the step that could not be done, `reason` says why, and `rolled_back` names the steps that were undone, the last one first. `lasting`, where it is there, lists the steps that are never undone and were applied, or perhaps were.",
    advice: "Change what was refused (an amount, a product), and start a new saga under a new Idempotency-Key.",
  },
  "correlation-taken": {
    status: 409,
    title: "Another saga has this correlation.",
    meaning:
      "A saga of this definition is known to senders of signals by a value of the input that another saga has already, so a signal could not tell the two apart. `detail` names the other saga. Nothing was done.",
    advice: "Look at the other saga. Start a new one with a value that no saga has had.",
  },
  "signal-late": {
    status: 409,
    title: "The signal comes too late.",
    meaning:
      "`because` says why: `another-signal` was the first, the `timeout` of the wait is recorded, the saga has `turned` to compensation, or it has `ended`. `saga_status` and `state` say where it stands. The signal is recorded, and listed with the saga until a person has dealt with it.",
    advice: "Do not send it again. What it reports, like a payment, may have to be undone.",
  },
  "operation-refused": {
    status: 409,
    title: "The saga does not allow this operation now.",
    meaning:
      "The operation could make the saga end wrong, or it comes too late. Nothing has changed. `allowed_from` says when it will be allowed, if waiting helps.",
    advice: "`GET /sagas/{saga_id}/choices` lists the operations that the saga allows now, and what each would do.",
  },
  "body-too-large": {
    status: 413,
    title: "The body is too large.",
    meaning: "A body may have at most 65536 bytes. Nothing was done.",
    advice: "Send a smaller body.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body must be JSON.",
    meaning:
      "The Content-Type is not `application/json`, or the body is compressed (`Content-Encoding`, `Transfer-Encoding`). Nothing was done.",
    advice: "Send `Content-Type: application/json`, and the body as it is.",
  },
  "host-not-allowed": {
    status: 421,
    title: "The host is not served.",
    meaning:
      "The host that the request names is no IP address, no name without a dot, and not in `ALLOWED_HOSTS`. Otherwise any web page could make a name of its own point to the orchestrator, and use it. Nothing was done.",
    advice: "Use a host that is served, or ask an operator of the orchestrator to add this one to `ALLOWED_HOSTS`.",
  },
  "invalid-request": {
    status: 422,
    title: "The request is not valid.",
    meaning:
      "Each of `errors` points to a member of the body by its JSON Pointer (RFC 6901), or to a parameter in the same way, and says what is allowed. Nothing was done.",
    advice: "Correct what `errors` names.",
  },
  "idempotency-key-reused": {
    status: 422,
    title: "The Idempotency-Key was used with another body.",
    meaning:
      "An earlier request with this key started a saga with another body, or of another definition, or brought another signal to the same step. Nothing was done.",
    advice: "Use a new key for a different request.",
  },
  "too-many-signals": {
    status: 429,
    title: "Too many signals wait for their sagas.",
    meaning: "No saga has the correlation yet, and as many signals as may be wait for theirs already. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  "internal-error": {
    status: 500,
    title: "The orchestrator has a defect.",
    meaning: "The request met a defect of the orchestrator, and its log says more. Sagas that were accepted before are not lost.",
    advice:
      "Send the same request again with the same Idempotency-Key, and report the defect to the operators of the orchestrator.",
  },
  "saga-unreadable": {
    status: 500,
    title: "The saga is in the journal, but cannot be read.",
    meaning:
      "Its records are damaged, or the version of its definition is not registered in this process. Nothing is done for it.",
    advice: "An operator of the orchestrator must register the version, or restore a backup of the journal.",
  },
  "participant-unavailable": {
    status: 503,
    title: "A participant could not be reached in time; what can be undone was undone.",
    meaning:
      "A participant could not be reached, or not every step was done by the deadline. The saga has ended, and has no effect but those that it lists. `step`, `reason`, `rolled_back` and `lasting` are as in `saga-cancelled`.",
    advice: "Start a new saga later, with a new Idempotency-Key: the old key always gets this reply.",
  },
  overloaded: {
    status: 503,
    title: "Too much is under way.",
    meaning:
      "A limit is reached, or, by what is measured, the saga could not make its calls before its deadline. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  "definition-paused": {
    status: 503,
    title: "The definition is paused.",
    meaning:
      "An operator paused it, or it paused itself because too many of its sagas came to need a human. New sagas of it are refused, and sagas under way continue. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  draining: {
    status: 503,
    title: "The orchestrator is stopping.",
    meaning: "It accepts nothing more. Sagas under way continue after its next start. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  "signal-not-readable": {
    status: 503,
    title: "The signal cannot be validated at present.",
    meaning:
      "The version of the saga's definition is not registered in this process, or the saga's records are damaged. What cannot be validated is not accepted. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  "not-ready": {
    status: 503,
    title: "No saga is accepted at present.",
    meaning: "The orchestrator is stopping, or its journal cannot be written.",
    advice: "Start no sagas here until this route answers 200.",
    isTransient: true,
  },
  "identity-unavailable": {
    status: 503,
    title: "Nobody can say at present who sends the request.",
    meaning: "The keys by which tokens are verified cannot be had. Nothing was done.",
    advice: AGAIN,
    isTransient: true,
  },
  "journal-unavailable": {
    status: 503,
    title: "The journal cannot be written.",
    meaning:
      "The disk is full, read-only or broken. The request was not carried out. Sagas under way wait, and continue by themselves.",
    advice: AGAIN,
    isTransient: true,
  },
};
