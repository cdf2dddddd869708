import { describe, expect, it } from "vitest";
import { operationProblems, startProblems } from "./problem-of-error.ts";
import { problemTypes } from "./problem-types.ts";

describe("the problem types", () => {
  it("cover every reason to refuse a start or an operation", () => {
    const used = [...Object.values(startProblems), ...Object.values(operationProblems)];
    for (const type of used) expect(Object.keys(problemTypes)).toContain(type);
  });
});
