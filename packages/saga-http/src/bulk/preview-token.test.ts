import { execFileSync } from "node:child_process";
import { unavailable } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bodyOf, settle, setUp } from "../testing/seat-app.ts";
import { threeSagas } from "../testing/seat-scenarios.ts";

const where = { status: "running", step: "pay" };

/** What a command of a reply posts, as the shell passes it to curl. */
function bodyIn(command: unknown): Record<string, unknown> {
  const script = `curl() { printf '%s\\n' "$1" "$5"; }; ${z.string().parse(command)}`;
  const [url, json = ""] = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\n");
  return { url, ...z.record(z.string(), z.unknown()).parse(JSON.parse(json)) };
}

describe("a bulk operation on the sagas that fit a filter", () => {
  it("is performed, with the token of its preview, by the command that the preview shows", async () => {
    const { post, ids, statuses } = await threeSagas();
    const note = "it's the shop's wish";
    const shown = await bodyOf(await post("/sagas/cancel", { where, preview: true, note, by: "ada" }));
    expect(await statuses()).toEqual(["completed", "running", "running"]);
    const { url, ...body } = bodyIn(shown["next_command"]);
    expect([url, body]).toEqual(["http://localhost/sagas/cancel", { where, note, by: "ada", token: shown["token"] }]);
    const { items, next_command } = await bodyOf(await post("/sagas/cancel", body));
    expect(items).toMatchObject([
      { saga_id: ids[2], accepted: true },
      { saga_id: ids[1], accepted: true },
    ]);
    expect(next_command).toBeNull();
    await settle();
    expect(await statuses()).toEqual(["completed", "cancelled", "cancelled"]);
  });

  it("changes no saga that began to fit the filter after the preview", async () => {
    const { post, start, ids, statuses, getJson } = await threeSagas();
    const { token } = await bodyOf(await post("/sagas/cancel", { where, preview: true }));
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    await settle();
    expect((await getJson("/sagas?status=running"))["items"]).toHaveLength(3);
    const { items } = await bodyOf(await post("/sagas/cancel", { where, token }));
    expect(items).toMatchObject([{ saga_id: ids[2] }, { saga_id: ids[1] }]);
    await settle();
    expect(await statuses()).toEqual(["completed", "cancelled", "cancelled"]);
    expect(await getJson(`/sagas/${String(saga_id)}`)).toMatchObject({ status: "running" });
  });

  it("changes no saga of which something else would become than the preview showed", async () => {
    const { answers, clock, post, start, getJson } = setUp({ attemptsMax: 5 });
    answers.reserve = async () => unavailable("503", { retryAfterMs: 1_000 });
    answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    await settle();
    const all = { status: "running" };
    const shown = await bodyOf(await post("/sagas/cancel", { where: all, preview: true }));
    expect(shown["items"]).toMatchObject([{ consequence: { calls: [] } }]);
    // Now the seat is reserved: to cancel would release it, which the preview did not show.
    delete answers.reserve;
    clock.advanceBy(1_000);
    await settle();
    const { items } = await bodyOf(await post("/sagas/cancel", { where: all, token: shown["token"] }));
    expect(items).toMatchObject([{ saga_id, accepted: false, reason: expect.stringContaining("changed since the preview") }]);
    await settle();
    expect(await getJson(`/sagas/${String(saga_id)}`)).toMatchObject({ status: "running" });
  });

  it("changes no saga on which the preview did not allow it", async () => {
    const { answers, post, ids, statuses } = await threeSagas();
    const shown = await bodyOf(await post("/sagas/retry", { where: {}, preview: true }));
    expect(shown["items"]).toMatchObject([{ accepted: true }, { accepted: true }, { saga_id: ids[0], accepted: false }]);
    delete answers.pay;
    const { items } = await bodyOf(await post("/sagas/retry", { where: {}, token: shown["token"] }));
    expect(items).toMatchObject([{ saga_id: ids[2] }, { saga_id: ids[1] }]);
    await settle();
    expect(await statuses()).toEqual(["completed", "completed", "completed"]);
  });

  it("is performed on some of the previewed ids at a time, and on no other", async () => {
    const { post, ids, statuses } = await threeSagas();
    const [, first = "", second = ""] = ids;
    const { token } = await bodyOf(await post("/sagas/cancel", { saga_ids: [first], preview: true }));
    const { items } = await bodyOf(await post("/sagas/cancel", { saga_ids: [second, first], token }));
    expect(items).toMatchObject([
      { saga_id: second, accepted: false, reason: "Its preview did not list it as accepted." },
      { saga_id: first, accepted: true },
    ]);
    await settle();
    expect(await statuses()).toEqual(["completed", "cancelled", "running"]);
    expect(await bodyOf(await post("/sagas/retry", { saga_ids: [second], token }))).toMatchObject({ status: 422 });
  });

  it("changes no saga that was chosen by its id, and of which something else would become than its preview showed", async () => {
    const { answers, clock, post, start, getJson } = setUp({ attemptsMax: 5 });
    answers.reserve = async () => unavailable("503", { retryAfterMs: 1_000 });
    answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    await settle();
    const { token } = await bodyOf(await post("/sagas/cancel", { saga_ids: [saga_id], preview: true }));
    delete answers.reserve;
    clock.advanceBy(1_000);
    await settle();
    const { items } = await bodyOf(await post("/sagas/cancel", { saga_ids: [saga_id], token }));
    expect(items).toMatchObject([{ saga_id, accepted: false, reason: expect.stringContaining("changed since the preview") }]);
    await settle();
    expect(await getJson(`/sagas/${String(saga_id)}`)).toMatchObject({ status: "running" });
  });

  it.for<[string, string, object, (token: string) => string, number]>([
    ["of another operation", "/sagas/retry", where, (token) => token, 0],
    ["of another filter", "/sagas/cancel", { status: "running" }, (token) => token, 0],
    ["that is cut", "/sagas/cancel", where, (token) => token.slice(0, -8), 0],
    ["that is changed", "/sagas/cancel", where, (token) => `${token.slice(0, -3)}AAA`, 0],
    ["that is an hour old", "/sagas/cancel", where, (token) => token, 3_600_000],
  ])("is refused with a token %s", async ([, path, filter, change, waitMs]) => {
    const { post, answers, clock, statuses } = await threeSagas();
    const { token } = await bodyOf(await post("/sagas/cancel", { where, preview: true }));
    answers.pay = () => new Promise(() => undefined);
    clock.advanceBy(waitMs);
    await settle();
    const before = await statuses();
    const response = await post(path, { where: filter, token: change(String(token)) });
    expect(await bodyOf(response)).toMatchObject({ status: 422, errors: [{ pointer: "/token" }] });
    await settle();
    expect(await statuses()).toEqual(before);
  });

  it("goes from page to page by the commands of the replies, and reaches each saga once", async () => {
    const { answers, start, post } = setUp({ sagasInFlightMax: 1_000, attemptsMax: 5 });
    answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
    for (let count = 0; count < 203; count += 1) await (await start({ prefer: "respond-async" })).body?.cancel();
    await settle();
    const performed: string[] = [];
    let body: Record<string, unknown> | undefined = { where: { status: "running" }, preview: true };
    const lengths: number[] = [];
    while (body) {
      lengths.push(JSON.stringify(body).length);
      const reply: Record<string, unknown> = await bodyOf(await post("/sagas/cancel", body));
      const items = z.array(z.object({ saga_id: z.string(), accepted: z.literal(true) })).parse(reply["items"]);
      if (reply["preview"] === false) performed.push(...items.map(({ saga_id }) => saga_id));
      const { url: _url, ...next } = reply["next_command"] === null ? {} : bodyIn(reply["next_command"]);
      body = reply["next_command"] === null ? undefined : next;
    }
    expect(lengths).toHaveLength(4);
    expect(new Set(performed).size).toBe(203);
    // A full page fits into a command that a terminal takes, and far into the body that is accepted.
    expect(Math.max(...lengths)).toBeLessThan(6_000);
  });
});
