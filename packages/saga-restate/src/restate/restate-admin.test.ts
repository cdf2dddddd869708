import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { ServiceNames } from "../objects/service-names.ts";
import { RestateAdmin } from "./restate-admin.ts";
import { RestateIndex } from "./restate-index.ts";

const close: (() => void)[] = [];

afterEach(() => {
  for (const each of close.splice(0)) each();
});

/** A Restate that never answers, and what becomes of the requests to it. */
async function silentRestate() {
  const [asked, cut] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = createServer((_request, reply) => {
    reply.once("close", () => cut.resolve());
    asked.resolve();
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  close.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, asked: asked.promise, cut: cut.promise };
}

describe("a search on Restate", () => {
  it("is cut at Restate when nobody waits for it any more", async () => {
    const { url, asked, cut } = await silentRestate();
    const gone = new AbortController();
    const index = new RestateIndex(new RestateAdmin(url), new ServiceNames("test"));
    const listed = index.list({ limit: 1, text: "nowhere" }, { signal: gone.signal });
    await asked;
    gone.abort("gone");
    await expect(listed).rejects.toBe("gone");
    await cut;
  });
});
