import type { Outcome } from "saga-core";
import type { ReplyRules } from "./classify.ts";
import type { Gives } from "./gives.ts";
import type { Reply } from "./reply.ts";

/** What every request says. Its `refusals` and `own404` count instead of the participant's. */
export interface ParticipantRequest extends ReplyRules {
  /** The path below the participant's URL: `rooms/7/cancel`. Encode what is text: `encodeURIComponent`. One with a segment `.` or `..` is not sent. */
  readonly path: string;
  /** Sent as JSON. It must come from the saga's data alone: under one key every repetition sends the same bytes (rule 2). Default: no body. */
  readonly body?: object;
  /** Further headers, whose names are not those that the client sets itself: the key, the trace, and the types of content. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call that may have an effect, whose step gives nothing. Any 2xx is done, but a 202 and one whose body is neither empty nor JSON. */
export interface EffectRequest extends ParticipantRequest {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly gives?: undefined;
  /**
   * The outcome of a reply whose meaning differs from its status; undefined for any other reply. It gets every reply but one about the key.
   * Default: the status decides.
   */
  readonly outcomeOf?: (reply: Reply) => Outcome | undefined;
}

/** A call that may have an effect, whose step gives `Result`. */
export interface GivingRequest<Result extends object> extends ParticipantRequest {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly gives: Gives<Result>;
  /** As in {@link EffectRequest}. */
  readonly outcomeOf?: (reply: Reply) => Outcome<Result> | undefined;
}

/** A call that changes nothing. */
export interface ReadRequest<Result extends object> extends ParticipantRequest {
  /** Default: `GET`. */
  readonly method?: "GET" | "POST";
  readonly gives: Gives<Result>;
  /** As in {@link EffectRequest}. */
  readonly outcomeOf?: (reply: Reply) => Outcome<Result> | undefined;
}
