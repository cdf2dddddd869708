import { z } from "@hono/zod-openapi";
import { type ProblemBody, problemBody } from "./problem.ts";
import { type ProblemType, problemTypes } from "./problem-types.ts";

/** Example values for the further members of the types that have some. */
const exampleMembers: Partial<Record<ProblemType, object>> = {
  "invalid-request": { errors: [{ pointer: "/items/0/quantity", detail: "must be a whole number, at least 1" }] },
  "saga-cancelled": {
    saga_id: "01a2045e-ab98-7352-af70-6b1b78fbbdd8",
    state: "CANCELLED",
    step: "decrease-stock",
    reason: "409 Not enough stock of product 3: 0 left.",
    rolled_back: ["create-order"],
  },
  "operation-refused": { allowed_from: "2026-11-23T12:00:00.000Z" },
};

/** A response of the OpenAPI document that is a problem. */
export interface DocumentedProblems {
  readonly description: string;
  readonly content: {
    readonly "application/problem+json": { readonly schema: z.ZodType; readonly examples: DocumentedExamples };
  };
}

/** One example for each type that the problem may have. */
type DocumentedExamples = Readonly<Record<string, { readonly value: ProblemBody }>>;

const problemsSchema = z.object({
  content: z.object({ "application/problem+json": z.object({ examples: z.record(z.string(), z.unknown()) }) }),
});

/** A response of the OpenAPI document that may be one problem more. */
export function withProblem(response: unknown, added: ProblemType): DocumentedProblems {
  const { examples = {} } = problemsSchema.safeParse(response).data?.content["application/problem+json"] ?? {};
  return documentedProblems(added, ...Object.keys(examples).filter(isProblemType));
}

function isProblemType(name: string): name is ProblemType {
  return name in problemTypes;
}

/** A response of the OpenAPI document that is one of these problems, all with the same status. */
export function documentedProblems(first: ProblemType, ...more: readonly ProblemType[]): DocumentedProblems {
  const types = [first, ...more] as const;
  const schema = z.looseObject({ type: z.enum(types), title: z.string(), status: z.int(), detail: z.string() });
  const description = types.map((type) => `[\`${type}\`](problems/${type}): ${problemTypes[type].title}`).join("\n\n");
  const examples = Object.fromEntries(
    types.map((type) => {
      const detail = problemTypes[type].meaning;
      return [type, { value: problemBody(type, { detail, members: exampleMembers[type] ?? {} }) }];
    }),
  );
  return { description, content: { "application/problem+json": { schema, examples } } };
}
