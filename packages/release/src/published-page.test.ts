import { expect, it } from "vitest";
import { PublishedNames } from "./published-names.ts";
import { publishedPage } from "./published-page.ts";

const names = new PublishedNames("@ours", ["saga-core"]);

it("has the path of a page in the place of a link that leads to the repository, and keeps every other link", () => {
  const page =
    "See [own-saga.md](../../docs/own-saga.md), [rules](../../docs/architecture.md#words), [`src`](src) and [Hono](https://hono.dev).";
  expect(publishedPage(page, names)).toBe(
    "See `docs/own-saga.md` of the repository, rules (`docs/architecture.md` of the repository), `src` and [Hono](https://hono.dev).",
  );
});
