import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backUpJournal, checkJournal } from "saga-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSeats } from "./seats.ts";

const packageDirectory = join(import.meta.dirname, "..");
const readme = readFileSync(join(packageDirectory, "README.md"), "utf8");

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
});

afterEach(() => rmSync(directory, { recursive: true }));

async function open() {
  return await openSeats(path, (error) => {
    throw error;
  });
}

describe("the README's example", () => {
  it("is this file", () => {
    expect(readme).toContain(`\`\`\`ts\n${readFileSync(join(packageDirectory, "example", "seats.ts"), "utf8")}\`\`\`\n`);
  });

  it("keeps a saga that ended for the next process", async () => {
    const { engine, close } = await open();
    const { id } = await engine.start({ definition: "seat", input: { seat: 3 }, idempotencyKey: "ada:1" });
    await close();
    const next = await open();
    expect(await next.index.list({ status: "completed", limit: 10 })).toEqual([id]);
    const repeated = await next.engine.start({ definition: "seat", input: { seat: 3 }, idempotencyKey: "ada:1" });
    expect(repeated.id).toBe(id);
    await next.close();
  });

  it("makes a journal that can be checked and backed up while it is open", async () => {
    const { engine, close } = await open();
    const { accepted } = await engine.start({ definition: "seat", input: { seat: 101 } });
    await accepted;
    await backUpJournal(path, join(directory, "backup.sqlite"));
    expect(checkJournal(join(directory, "backup.sqlite"))).toMatchObject({ sagas: 1, problems: [] });
    await close();
  });
});

describe("the README", () => {
  it("names every export of the package", () => {
    const index = readFileSync(join(packageDirectory, "src", "index.ts"), "utf8");
    const names = [...index.matchAll(/\b(?!type\b|export\b|from\b)(\w+)(?=,| \})/g)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(readme).toContain(`\`${name}\``);
  });
});
