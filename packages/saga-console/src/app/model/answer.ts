import { ApiError } from "../api/api-error.ts";

/** What the answer to something that was asked for was. */
export type Answer =
  | { readonly kind: "written"; readonly seq: number | undefined }
  | Failed
  /** What would follow could not be computed. Nothing was asked for but that. */
  | { readonly kind: "unread"; readonly detail: string };

/** What was asked for was not done, or nobody knows. */
export interface Failed {
  readonly kind: "refused" | "forbidden" | "unreachable";
  readonly detail: string;
}

/** The problems beyond 499 that say for certain that nothing was done. */
const certain: readonly string[] = ["draining", "overloaded"];

/**
 * What an error says of it. Only a problem of the API says that nothing was changed: after a reply of something between, or of an orchestrator that
 * could not read its own journal's answer, nobody knows.
 */
export function answerOf(error: unknown): Failed {
  if (!(error instanceof ApiError)) return { kind: "unreachable", detail: String(error) };
  const { status, problem, message } = error;
  if (status === 401 || status === 403) return { kind: "forbidden", detail: message };
  if (status === undefined || !problem) return { kind: "unreachable", detail: message };
  if (status >= 500 && !certain.some((type) => problem.type.endsWith(type))) return { kind: "unreachable", detail: message };
  const members = (problem.errors ?? []).map(({ pointer = "", detail = "" }) => `${pointer} ${detail}`).join("; ");
  return { kind: "refused", detail: members === "" ? message : `${message} ${members}` };
}

/** What an error says of a preview, which records nothing, with or without an answer. */
export function previewAnswerOf(error: unknown): Answer {
  const { kind, detail } = answerOf(error);
  return kind === "unreachable" ? { kind: "unread", detail } : { kind, detail };
}
