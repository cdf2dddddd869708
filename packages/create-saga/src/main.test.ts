import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, it } from "vitest";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "create-saga-"));
});

afterEach(() => rmSync(cwd, { recursive: true }));

function command(...parameters: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["run", "-A", join(import.meta.dirname, "main.ts"), ...parameters],
    {
      cwd,
      encoding: "utf8",
    },
  );
  return { status, stdout, stderr };
}

it("makes a project, and prints what to do next without colours", () => {
  const { status, stdout, stderr } = command("my-saga");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("  cd my-saga\n");
  expect(stdout).not.toContain("\u001b");
});

it("ends with exit code 1 and one reason, without a stack, when it cannot", () => {
  const { status, stdout, stderr } = command("My Saga");
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^"My Saga" cannot name a saga: take .*\n$/);
  expect(readdirSync(cwd)).toEqual([]);
});

it("explains itself", () => {
  expect(command("--help")).toEqual({ status: 0, stdout: expect.stringContaining("create-saga my-saga"), stderr: "" });
});
