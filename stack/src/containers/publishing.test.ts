import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readDockerfile } from "./dockerfile.ts";
import { readStages, repository, targets } from "./images.ts";

const run = promisify(execFile);
const script = join(repository, ".ci/images/write-digests");
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("the writing of digests", () => {
  it("puts what the registry says behind the tag of each base, and changes nothing else", async () => {
    const { stdout } = await run("bash", [script, "bash", "-c", `echo ${digest}`]);
    const stages = readStages();
    const names = new Set(stages.map(({ name }) => name));
    const pinned = stages.map((stage) => (names.has(stage.from) ? stage : { ...stage, from: `${stage.from}@${digest}` }));
    expect(readDockerfile(stdout)).toEqual(pinned);
  });

  it("fails where the registry gives none", async () => {
    await expect(run("bash", [script, "bash", "-c", "echo no such image"])).rejects.toThrow(/no digest for/);
  });
});

describe("the workflow of the images", () => {
  const text = readFileSync(join(repository, ".github/workflows/images.yml"), "utf8");
  const workflow = z
    .object({
      permissions: z.record(z.string(), z.string()),
      jobs: z.record(
        z.string(),
        z.object({
          if: z.string().optional(),
          permissions: z.record(z.string(), z.string()).optional(),
          steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
        }),
      ),
    })
    .parse(parse(text));
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it("pins its actions by hash, and runs only scripts that exist and that a shell can read", async () => {
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    const scripts = steps.flatMap(({ run: command }) => /^bash (\S+)$/.exec(command ?? "")?.[1] ?? []);
    expect(scripts).toEqual([".ci/images/try-stack", ".ci/images/publish"]);
    for (const path of [...scripts, ".ci/images/write-digests"]) await run("bash", ["-n", join(repository, path)]);
  });

  it("may write packages only where a tag publishes", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    const writing = Object.values(workflow.jobs).filter(({ permissions }) => permissions?.["packages"] === "write");
    expect(writing.map((job) => job.if)).toEqual(["startsWith(github.ref, 'refs/tags/v')"]);
  });

  it("publishes every image", () => {
    const publish = readFileSync(join(repository, ".ci/images/publish"), "utf8");
    expect(/for target in (.*); do/.exec(publish)?.[1]?.split(" ")).toEqual([...targets]);
    expect(publish).toContain(" deploy/kubernetes.yaml > ");
  });
});
