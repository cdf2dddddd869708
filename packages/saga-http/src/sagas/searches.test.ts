import type { SagaQuery, SearchOptions } from "saga-core/engine";
import { MemoryJournal } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { bodyOf, settle, setUp, statusAndType } from "../testing/seat-app.ts";

/** An index whose searches for a text go on until the test ends them, or their client leaves. */
class SlowIndex extends MemoryJournal {
  begun = 0;
  underWay = 0;
  readonly #end = Promise.withResolvers<void>();

  endAll(): void {
    this.#end.resolve();
  }

  override async list(query: SagaQuery, options: SearchOptions = {}): Promise<readonly string[]> {
    if (query.text === undefined) return await super.list(query, options);
    this.begun += 1;
    this.underWay += 1;
    const left = Promise.withResolvers<never>();
    options.signal?.addEventListener("abort", () => left.reject(options.signal?.reason));
    try {
      await Promise.race([this.#end.promise, left.promise]);
    } finally {
      this.underWay -= 1;
    }
    return await super.list(query);
  }
}

function setUpSearches() {
  const journal = new SlowIndex();
  const parts = setUp({ journal });
  const search = (signal?: AbortSignal) => parts.request("/sagas?text=nowhere", signal ? { signal } : {});
  return { ...parts, journal, search };
}

describe("many searches at once", () => {
  it("are done two at a time, sixteen wait, and further ones are refused with Retry-After", async () => {
    const { search, journal } = setUpSearches();
    const searches = Array.from({ length: 2 + 16 }, () => search());
    await settle();
    expect(journal.begun).toBe(2);
    const refused = await search();
    expect([...(await statusAndType(refused)), refused.headers.get("retry-after")]).toEqual([503, "overloaded", "1"]);
    journal.endAll();
    expect((await Promise.all(searches)).map(({ status }) => status)).toEqual(searches.map(() => 200));
  });

  it("hold up neither liveness nor a page of the newest sagas or of those that need a human", async () => {
    const { search, journal, request } = setUpSearches();
    const searches = Array.from({ length: 3 }, () => search());
    for (const path of [
      "/health/live",
      "/sagas",
      "/sagas?limit=200",
      "/sagas?status=needs_intervention",
      "/sagas?status=running",
      "/sagas?waiting_for=pay",
      "/sagas?late_signals=true",
    ]) {
      expect((await request(path)).status).toBe(200);
    }
    journal.endAll();
    await Promise.all(searches);
  });

  it("stop when their clients leave, and nothing is logged", async () => {
    const { search, journal, errors } = setUpSearches();
    const gone = new AbortController();
    const leaving = Array.from({ length: 2 + 16 }, () => search(gone.signal));
    await settle();
    gone.abort();
    await Promise.all(leaving);
    expect([journal.begun, journal.underWay, errors]).toEqual([2, 0, []]);
    const next = search();
    for (let turn = 0; turn < 3; turn += 1) await settle();
    expect(journal.underWay).toBe(1);
    journal.endAll();
    expect((await next).status).toBe(200);
  });

  it("count together with those of bulk operations", async () => {
    const { search, journal, post } = setUpSearches();
    const searches = Array.from({ length: 2 + 16 }, () => search());
    await settle();
    const refused = await post("/sagas/cancel", { where: { text: "nowhere" }, preview: true });
    expect(await statusAndType(refused)).toEqual([503, "overloaded"]);
    expect((await bodyOf(await post("/sagas/cancel", { where: { status: "running" }, preview: true })))["items"]).toEqual([]);
    journal.endAll();
    await Promise.all(searches);
  });

  it.for<[string, boolean]>([
    ["", false],
    ["limit=200", false],
    ["status=running", false],
    ["status=needs_intervention", false],
    ["waiting_for=pay&status=running", false],
    ["late_signals=true", false],
    ["phase=in_doubt", false],
    ["phase=forward&order=oldest", false],
    ["order=oldest&limit=1", false],
    ["phase=retrying&definition=seat", true],
    ["order=oldest&status=cancelled", true],
    ["late_signals=true&definition=seat", true],
    ["status=running&step=pay", true],
    ["status=completed", true],
    ["definition=seat", true],
    ["state=PAYING", true],
    ["created_from=2026-01-01T00:00:00Z", true],
    ["updated_before=2026-01-01T00:00:00Z", true],
  ])("make ?%s wait: %s, because it may read all sagas", async ([query, doesWait]) => {
    const { search, journal, request } = setUpSearches();
    const searches = Array.from({ length: 2 }, () => search());
    await settle();
    let isAnswered = false;
    const reply = Promise.resolve(request(`/sagas?${query}`)).then(() => {
      isAnswered = true;
    });
    for (let turn = 0; turn < 10; turn += 1) await settle();
    if (doesWait) expect(isAnswered).toBe(false);
    journal.endAll();
    await reply;
    await Promise.all(searches);
  });
});
