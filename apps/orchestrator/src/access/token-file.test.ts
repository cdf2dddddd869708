import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashOfToken } from "./token.ts";
import { TokenFile } from "./token-file.ts";

let directory: string;
let path: string;
let now: number;
let problems: unknown[];

function lineOf(token: string, rest: string): string {
  return `sha256:${hashOfToken(token).toString("hex")} ${rest}`;
}

function write(text: string): void {
  writeFileSync(path, text);
  // A file system may keep times no finer than a second.
  utimesSync(path, now / 1_000, now / 1_000);
}

function open(): TokenFile {
  return new TokenFile(path, { now: () => now, onProblem: (error) => problems.push(error) });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tokens-"));
  path = join(directory, "tokens");
  now = Date.parse("2026-11-30T12:00:00Z");
  problems = [];
});

afterEach(() => rmSync(directory, { recursive: true }));

describe("the tokens of a file", () => {
  it("count until they expire, and no other token does", () => {
    write(`${lineOf("one", "ada read")}\n${lineOf("two", "shop start expires=2026-12-01")}`);
    const file = open();
    expect(file.identityOf("one")).toEqual({ subject: "ada", roles: new Set(["read"]) });
    expect(file.identityOf("two")).toMatchObject({ subject: "shop" });
    const invalid = { problem: "invalid", detail: "The token is not known here, or has expired." };
    for (const token of ["", "on", "onex", "One", lineOf("one", "").slice(7, 71)])
      expect(file.identityOf(token)).toEqual(invalid);
    now = Date.parse("2026-12-01");
    expect(file.identityOf("two")).toEqual(invalid);
  });

  it("are read again when the file has changed, a second later at the latest", () => {
    write(lineOf("one", "ada read"));
    const file = open();
    now += 1_000;
    write(lineOf("two", "ada read"));
    expect(file.identityOf("one")).toMatchObject({ problem: "invalid" });
    expect(file.identityOf("two")).toMatchObject({ subject: "ada" });
  });

  it("stay as they were while the file cannot be read, which is told once for each change", () => {
    write(lineOf("one", "ada read"));
    const file = open();
    now += 1_000;
    write("nonsense");
    expect(file.identityOf("one")).toMatchObject({ subject: "ada" });
    now += 1_000;
    expect(file.identityOf("one")).toMatchObject({ subject: "ada" });
    expect(problems).toEqual([expect.objectContaining({ message: expect.stringContaining("Line 1") })]);
    rmSync(path);
    now += 1_000;
    expect(file.identityOf("one")).toMatchObject({ subject: "ada" });
    write(lineOf("two", "ada read"));
    now += 1_000;
    expect(file.identityOf("one")).toMatchObject({ problem: "invalid" });
  });

  it("end the start when they are missing or wrong: the variable and the file are named", () => {
    expect(open).toThrow(`AUTH_TOKENS_FILE is ${path}, which cannot be read`);
    write("nonsense");
    expect(open).toThrow(/AUTH_TOKENS_FILE is .*Line 1 must begin with sha256:/);
  });
});
