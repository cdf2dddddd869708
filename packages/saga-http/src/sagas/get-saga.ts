import { z } from "@hono/zod-openapi";
import type { Engine, FoundSaga } from "saga-core";
import { type Caller, mayRead } from "../access/access.ts";
import { type DocumentedProblems, documentedProblems } from "../problems/documented-problems.ts";
import { ProblemError } from "../problems/problem.ts";
import type { ObjectSchema } from "../wire/object-schema.ts";
import { sagaExamples } from "./saga-examples.ts";

/** The path's variable of a route about one saga. A UUID is the same in either case (RFC 9562). */
export const sagaIdParameter: ObjectSchema<{ readonly saga_id: string }> = z.object({
  saga_id: z
    .string()
    .toLowerCase()
    .openapi({ param: { name: "saga_id", in: "path" }, format: "uuid", example: sagaExamples.sagaId }),
});

/** The refusals of a route that reads one saga. */
export const oneSagaProblems: Readonly<Record<404 | 500 | 503, DocumentedProblems>> = {
  404: documentedProblems("not-found"),
  500: documentedProblems("saga-unreadable"),
  503: documentedProblems("journal-unavailable"),
};

/** @throws ProblemError for an id without a saga, or with one that the caller may not read: it learns no more; UnreadableSaga. */
export async function getSaga(engine: Engine, sagaId: string, caller: Caller = {}): Promise<FoundSaga> {
  const found = await engine.get(sagaId);
  if (!found || !mayRead(caller, found.saga)) throw sagaNotFound(sagaId);
  return found;
}

export function sagaNotFound(sagaId: string): ProblemError {
  return new ProblemError("not-found", { detail: `There is no saga ${sagaId}.` });
}
