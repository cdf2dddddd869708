import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JournalPlace } from "./testing/journal-place.ts";

/** The descriptors that this process has opened and not closed. */
const descriptors = vi.hoisted(() => new Set<unknown>());

vi.mock("node:fs", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs")>();
  return {
    ...original,
    openSync: (...values: Parameters<typeof original.openSync>) => {
      const descriptor = original.openSync(...values);
      descriptors.add(descriptor);
      return descriptor;
    },
    closeSync: (descriptor: number) => {
      descriptors.delete(descriptor);
      original.closeSync(descriptor);
    },
  };
});

let place: JournalPlace;

beforeEach(() => {
  place = new JournalPlace();
  descriptors.clear();
});

afterEach(() => {
  vi.restoreAllMocks();
  place.clear();
});

const ways = {
  "its host cannot tell a notice": () => {
    const onNotice = () => {
      throw new Error("the log of the host is broken");
    };
    expect(() => place.open({ onNotice })).toThrow("the log of the host is broken");
  },
  "its statements cannot be prepared": () => {
    const prepare = DatabaseSync.prototype.prepare;
    vi.spyOn(DatabaseSync.prototype, "prepare").mockImplementation(function (this: DatabaseSync, sql) {
      if (sql === "ROLLBACK") throw new Error("out of memory");
      return prepare.call(this, sql);
    });
    expect(() => place.open()).toThrow("out of memory");
  },
} as const;

describe.for(Object.entries(ways))("a start that fails because %s", ([, fail]) => {
  it("leaves nothing open: an open file without its lock could have a second owner", () => {
    fail();
    vi.restoreAllMocks();
    expect(descriptors).toEqual(new Set());
    // SQLite deletes it when the last connection is closed.
    expect(existsSync(`${place.path}-wal`)).toBe(false);
    place.open();
  });
});
