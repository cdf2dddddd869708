import { describe, expect, it } from "vitest";
import { bodyOf } from "../testing/seat-app.ts";
import { setUpTickets } from "../testing/ticket-app.ts";

const paid = { payment_id: 7 };

describe("the preview of a signal", () => {
  it("says what the signal would be and lead to, and records nothing", async () => {
    const { post, start, getJson } = setUpTickets();
    const { path } = await start("A-1");
    const before = await getJson(`${path}/events`);
    const early = await post(`${path}/signals/wait-for-approval/preview`, { approved: true });
    expect([early.status, await bodyOf(early)]).toMatchObject([200, { signal: "kept", consequence: { state: "UNPAID" } }]);
    expect(await bodyOf(await post(`${path}/signals/wait-for-payment/preview`, paid))).toMatchObject({
      signal: "taken",
      consequence: { calls: [], status: "running", state: "UNAPPROVED" },
    });
    expect(await getJson(`${path}/events`)).toEqual(before);
    expect(await getJson(path)).toMatchObject({ state: "UNPAID" });
  });

  it("tells a refusal that a person must answer, a repetition, and what is too late", async () => {
    const { post, start } = setUpTickets();
    const { path } = await start("A-1");
    await post(`${path}/signals/wait-for-payment`, paid);
    const preview = async (step: string, signal: object) => await bodyOf(await post(`${path}/signals/${step}/preview`, signal));
    expect(await preview("wait-for-payment", paid)).toEqual({ signal: "repeated" });
    expect(await preview("wait-for-payment", { payment_id: 8 })).toEqual({ signal: "late" });
    const asks = { signal: "asks", consequence: { status: "needs_intervention" } };
    expect(await preview("wait-for-approval", { approved: false })).toMatchObject(asks);
  });

  it("refuses what does not fit the step, a step that takes none, and a saga that there is not", async () => {
    const { post, start } = setUpTickets();
    const { path } = await start("A-1");
    const refusal = async (to: string, signal: object) => (await post(to, signal)).status;
    expect(await refusal(`${path}/signals/wait-for-payment/preview`, { payment_id: "seven" })).toBe(422);
    expect(await refusal(`${path}/signals/other/preview`, paid)).toBe(404);
    expect(await refusal("/sagas/00000000-0000-7000-8000-00000000dead/signals/wait-for-payment/preview", paid)).toBe(404);
  });
});
