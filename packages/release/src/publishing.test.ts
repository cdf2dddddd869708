import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readWorkspace } from "./workspace.ts";

const run = promisify(execFile);
const { root, version } = await readWorkspace();
const workflow = readFileSync(join(root, ".github/workflows/packages.yml"), "utf8");

describe("the workflow that publishes the packages", () => {
  it("runs for a tag alone, pins its actions by hash, has no token, and runs one script", () => {
    expect(workflow).toContain('on:\n  push:\n    tags: ["v*"]\n');
    for (const [, action] of workflow.matchAll(/uses: (\S+)/g)) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(workflow).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN/);
    expect([...workflow.matchAll(/run: (.*)/g)].map(([, command]) => command)).toEqual(["bash .ci/packages/publish"]);
  });

  it.for(["v99.0.0", version, ""])(
    "publishes nothing for the tag %j, which is not that of the packages' version",
    async (tag) => {
      const publishing = run("env", [`VERSION=${tag}`, "DRY_RUN=true", "bash", join(root, ".ci/packages/publish")]);
      await expect(publishing).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`the packages have the version ${version}`),
      });
    },
  );
});

describe("the bot that updates dependencies", () => {
  it("takes no version that is younger than a week, and pins each", () => {
    const rules = z.object({ minimumReleaseAge: z.string(), internalChecksFilter: z.string(), rangeStrategy: z.string() });
    const settings = rules.parse(JSON.parse(readFileSync(join(root, "renovate.json"), "utf8")));
    expect(settings).toEqual({ minimumReleaseAge: "7 days", internalChecksFilter: "strict", rangeStrategy: "pin" });
  });
});
