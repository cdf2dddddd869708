import { describe, expect, it } from "vitest";
import { operationProblems, signalProblems, startProblems } from "./problem-of-error.ts";
import { problemTypes } from "./problem-types.ts";

describe("the problem types", () => {
  it("cover every reason to refuse a start, an operation or a signal", () => {
    const used = [...Object.values(startProblems), ...Object.values(operationProblems), ...Object.values(signalProblems)];
    for (const type of used) expect(Object.keys(problemTypes)).toContain(type);
  });
});
