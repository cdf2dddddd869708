import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stderrStream } from "./stderr-stream.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stderr-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const line = (text: string) => new TextEncoder().encode(`${text}\n`);

describe("the stream of the log", () => {
  it("writes one line after the other", async () => {
    const path = join(directory, "log");
    const descriptor = openSync(path, "w");
    const writer = stderrStream(descriptor).getWriter();
    await Promise.all([writer.write(line("one")), writer.write(line("two"))]);
    closeSync(descriptor);
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  });

  it("loses what cannot be written, and does not fail", async () => {
    // It can be read, and not written.
    const path = join(directory, "log");
    closeSync(openSync(path, "w"));
    const descriptor = openSync(path, "r");
    const writer = stderrStream(descriptor).getWriter();
    await writer.write(line("one"));
    await writer.write(line("two"));
    closeSync(descriptor);
    expect(readFileSync(path, "utf8")).toBe("");
  });
});
