import { expect, it } from "vitest";
import { ApiError } from "../api/api-error.ts";
import { answerOf, previewAnswerOf } from "./answer.ts";

const problem = (type: string) => ({ type, title: "t", detail: "d" });

it.for<[string, number | undefined, string | undefined, string]>([
  ["a refusal of the API changed nothing", 409, "operation-refused", "refused"],
  ["a stopping orchestrator changed nothing", 503, "/problems/draining", "refused"],
  ["a role that is missing changed nothing", 403, "not-permitted", "forbidden"],
  ["a session that is over changed nothing", 401, undefined, "forbidden"],
  ["without a reply nobody knows", undefined, undefined, "unreachable"],
  ["after the reply of a proxy nobody knows", 502, undefined, "unreachable"],
  ["where the saga does not answer nobody knows", 503, "journal-unavailable", "unreachable"],
  ["after a defect nobody knows", 500, "internal-error", "unreachable"],
])("%s", ([, status, type, kind]) => {
  const options = {
    cause: undefined,
    ...(status !== undefined && { status }),
    ...(type !== undefined && { problem: problem(type) }),
  };
  expect(answerOf(new ApiError("m", options)).kind).toBe(kind);
});

it("a preview without an answer leaves nothing in doubt, and its refusal is one", () => {
  expect(previewAnswerOf(new ApiError("m", { cause: undefined })).kind).toBe("unread");
  expect(previewAnswerOf(new ApiError("m", { status: 403, cause: undefined })).kind).toBe("forbidden");
});
