import { ApiError } from "../api/api-error.ts";

/** What the answer to something that was asked for was. */
export type Answer =
  | { readonly kind: "written"; readonly seq: number | undefined }
  | { readonly kind: "refused" | "forbidden" | "unreachable"; readonly detail: string };

/** The problems beyond 499 that say for certain that nothing was done. */
const certain: readonly string[] = ["draining", "overloaded"];

/**
 * What an error says of it. Only a problem of the API says that nothing was changed: after a reply of something between, or of an orchestrator that
 * could not read its own journal's answer, nobody knows.
 */
export function answerOf(error: unknown): Exclude<Answer, { readonly kind: "written" }> {
  if (!(error instanceof ApiError)) return { kind: "unreachable", detail: String(error) };
  const { status, problem, message } = error;
  if (status === 401 || status === 403) return { kind: "forbidden", detail: message };
  if (status === undefined || !problem) return { kind: "unreachable", detail: message };
  if (status >= 500 && !certain.some((type) => problem.type.endsWith(type))) return { kind: "unreachable", detail: message };
  const members = (problem.errors ?? []).map(({ pointer = "", detail = "" }) => `${pointer} ${detail}`).join("; ");
  return { kind: "refused", detail: members === "" ? message : `${message} ${members}` };
}
