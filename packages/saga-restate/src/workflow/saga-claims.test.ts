import { type GenericCall, RestatePromise } from "@restatedev/restate-sdk";
import type { Claim } from "saga-core/engine";
import { sampleRecord } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { ServiceNames } from "../objects/service-names.ts";
import { ClaimAnswer, SagaClaims } from "./saga-claims.ts";

const fromInput: Claim = { type: "claim", step: "paid", correlation: "A-1" };
const later: Claim = { type: "claim", step: "sent", correlation: "B-2" };

function setUp() {
  const calls: GenericCall<unknown, unknown>[] = [];
  const genericCall = (call: GenericCall<unknown, unknown>) => {
    calls.push(call);
    return RestatePromise.resolve<unknown>("another");
  };
  const claims = new SagaClaims({ genericCall }, new ServiceNames("test"));
  const { saga } = sampleRecord("saga", 1, { createdAt: 7 });
  const { id, definition, version, input, policy, fingerprint, terms } = saga;
  const event = { type: "started", at: 7, id, definition, version, input, policy, fingerprint, terms } as const;
  claims.add({ saga, event, claims: [fromInput] });
  return { claims, calls, saga };
}

describe("the correlations of a saga", () => {
  it("that its input has are not claimed again: the start did", () => {
    const { claims, calls } = setUp();
    expect([calls, claims.answerFor("paid")]).toEqual([[], undefined]);
  });

  it("that a later record brings are claimed for it, and each answer is given until it has come", async () => {
    const { claims, calls, saga } = setUp();
    claims.add({ saga, event: { type: "woken", at: 9 }, claims: [later] });
    const key = JSON.stringify(["contract", "sent", "B-2"]);
    const parameter = { sagaId: "saga", startedAt: 7 };
    expect(calls).toMatchObject([{ service: "test.correlations", method: "claim", key, parameter }]);
    expect(await claims.answerFor("sent")).toEqual(new ClaimAnswer("sent", "another"));
    claims.close("sent");
    expect(claims.answerFor("sent")).toBeUndefined();
  });

  it("are all forgotten in the end, also those of its input", () => {
    const { claims, saga } = setUp();
    claims.add({ saga, event: { type: "woken", at: 9 }, claims: [later] });
    expect([...claims.keys]).toEqual(
      [fromInput, later].map(({ step, correlation }) => JSON.stringify(["contract", step, correlation])),
    );
  });
});
