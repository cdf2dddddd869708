import type { Problem } from "./replies.ts";

/** What the API answered in place of what was asked for. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The status of the reply; undefined where there was none. */
  readonly status: number | undefined;
  readonly problem: Problem | undefined;

  constructor(
    message: string,
    { status, problem, cause }: { readonly status?: number; readonly problem?: Problem; readonly cause: unknown },
  ) {
    super(message, { cause });
    this.status = status;
    this.problem = problem;
  }
}
