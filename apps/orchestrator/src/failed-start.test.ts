import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleRecord } from "saga-core/testing";
import { renewSums, SqliteJournal } from "saga-sqlite";
import { listen } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compose } from "./compose.ts";
import { readConfig } from "./config.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orchestrator-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The files below the directory that this process has open. */
function openFiles(): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      const file = readlinkSync(join("/proc/self/fd", descriptor));
      return file.startsWith(directory) ? [file] : [];
    } catch {
      // It was the descriptor of this very listing.
      return [];
    }
  });
}

/** A journal with an open order whose definition had other steps, but the same version. */
async function journalOfOtherSteps(): Promise<string> {
  const path = join(directory, "journal.sqlite");
  const journal = new SqliteJournal(path);
  await journal.begin(sampleRecord("a", 1));
  journal.close();
  const database = new DatabaseSync(path);
  database.exec("UPDATE saga SET definition = 'order', version = 2, fingerprint = 'other', status = 'running'");
  renewSums(database);
  database.close();
  return path;
}

describe("an orchestrator that cannot start", () => {
  it("leaves no file of its journal open, and its lock to the next one", async () => {
    const JOURNAL_PATH = await journalOfOtherSteps();
    await expect(compose(readConfig({ JOURNAL_PATH }))).rejects.toThrow("with another fingerprint");
    if (existsSync("/proc/self/fd")) expect(openFiles()).toEqual([]);
    new SqliteJournal(JOURNAL_PATH).close();
  });

  it("leaves no port open on which Restate was to call it", async () => {
    const admin = await listen({ fetch: () => new Response("no", { status: 403 }), host: "127.0.0.1", port: 0 });
    const free = await listen({ fetch: () => new Response(), host: "127.0.0.1", port: 0 });
    await free.close();
    const config = readConfig({ ENGINE: "restate", RESTATE_ADMIN_URL: admin.url, RESTATE_ENDPOINT_PORT: String(free.port) });
    await expect(compose(config)).rejects.toThrow("403");
    const bound = Promise.withResolvers<void>();
    const next = createServer();
    next.once("error", bound.reject);
    next.listen(free.port, "127.0.0.1", bound.resolve);
    await bound.promise;
    next.close();
    await admin.close();
  });
});
