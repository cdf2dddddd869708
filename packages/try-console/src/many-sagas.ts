import type { Page } from "playwright-core";

/** Answers the requests of a page for lists as an orchestrator with many sagas would: each is a copy of one, under a number of its own. */
export async function answerWithMany(page: Page, total: number, sample: object): Promise<void> {
  await page.route(
    ({ pathname }) => pathname === "/sagas",
    async (route) => {
      const { searchParams: search } = new URL(route.request().url());
      if (route.request().headers()["accept"] === "text/event-stream") return await route.fallback();
      const limit = Number(search.get("limit"));
      const from = Number(search.get("cursor") ?? 0);
      const count = Math.min(limit, total - from);
      const items = Array.from({ length: count }, (_, index) => ({ ...sample, saga_id: String(from + index + 1) }));
      const next = from + count < total ? String(from + count) : null;
      await route.fulfill({ json: { items, next_cursor: next } });
    },
  );
}
