import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findDifferences } from "./differences.ts";
import { pactsDirectory } from "./paths.ts";

let generated: string;

beforeEach(() => {
  generated = mkdtempSync(join(tmpdir(), "pacts-test-"));
  cpSync(pactsDirectory, generated, { recursive: true });
});
afterEach(() => rmSync(generated, { recursive: true }));

const file = "orchestrator-base-payments.json";

describe("the difference between the committed pacts and those that the consumers write", () => {
  it("is empty if every byte is the same", () => {
    expect(findDifferences(pactsDirectory, generated)).toEqual([]);
  });

  it("contains a pact in which one byte differs", () => {
    const text = readFileSync(join(generated, file), "utf8");
    writeFileSync(join(generated, file), text.replace("a new payment", "a new Payment"));
    expect(findDifferences(pactsDirectory, generated)).toEqual([`${file} differs from what its consumer writes`]);
  });

  it("contains a pact that is missing on either side", () => {
    renameSync(join(generated, file), join(generated, "other.json"));
    expect(findDifferences(pactsDirectory, generated)).toEqual([
      "other.json is written by a consumer but not committed",
      `${file} is committed, but no consumer writes it`,
    ]);
  });
});
