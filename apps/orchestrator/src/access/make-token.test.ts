import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TokenFile } from "./token-file.ts";

const run = promisify(execFile);
const command = join(import.meta.dirname, "make-token.ts");
let file: string;

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "make-token-")), "tokens");
});
afterEach(() => rmSync(join(file, ".."), { recursive: true }));

function makeToken(...parameters: readonly string[]) {
  return run(process.execPath, ["run", "--no-prompt", "--allow-env", "--allow-read", "--allow-write", command, ...parameters]);
}

describe("the command that makes a token", () => {
  it("prints a token once, and adds the line by which it counts to a file that only its owner reads", async () => {
    const { stdout, stderr } = await makeToken("--subject", "ada", "--roles", "read,operate", "--tenant", "acme", "--file", file);
    const token = stdout.trim();
    expect(stderr).toBe("The token of ada, which is shown this once:\n");
    expect(readFileSync(file, "utf8")).not.toContain(token);
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    const tokens = new TokenFile(file, { now: Date.now, onProblem: (error) => expect.unreachable(String(error)) });
    expect(tokens.identityOf(token)).toEqual({ subject: "ada", roles: new Set(["read", "operate"]), tenant: "acme" });
  });

  it.for<[string, readonly string[], string]>([
    ["nothing", [], "Makes a bearer token"],
    ["a role that there is not", ["--subject", "ada", "--roles", "admin"], "must name roles: start, signal, read, operate"],
    ["a subject of two words", ["--subject", "ada lovelace", "--roles", "read"], "must name roles"],
    ["no day", ["--subject", "ada", "--roles", "read", "--expires", "soon"], 'has "expires=soon"'],
  ])("given %s says what is wrong, and makes none", async ([, parameters, problem]) => {
    const refused = makeToken(...parameters, "--file", file);
    await expect(refused).rejects.toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(problem) });
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });
});
