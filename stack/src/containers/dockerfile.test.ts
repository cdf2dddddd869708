import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { imageOf } from "./dockerfile.ts";
import { ignoredBy } from "./ignored.ts";
import { isTarget, packageOf, readStages, repository, settingsOf, targets } from "./images.ts";

const stages = readStages();
const bases = [...new Set(stages.map(({ from }) => from))].filter((from) => stages.every(({ name }) => name !== from));

describe("the Dockerfile", () => {
  it("pins its bases by full versions of Debian images, and invents no digest", () => {
    expect(bases).toHaveLength(2);
    for (const base of bases) expect(base).toMatch(/^[\w/.-]+:(debian-\d+\.\d+\.\d+|\d+\.\d+\.\d+-bookworm-slim)$/);
  });

  it("runs the Deno and installs with the pnpm that the workspace pins", () => {
    const pinned = readFileSync(join(repository, "pnpm-workspace.yaml"), "utf8");
    expect(pinned).toContain(`  deno: ${/^denoland\/deno:debian-(.*)$/.exec(bases[1] ?? "")?.[1]}\n`);
    const { packageManager } = z
      .object({ packageManager: z.string() })
      .parse(JSON.parse(readFileSync(join(repository, "package.json"), "utf8")));
    const runs = stages.flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === "RUN"));
    expect(new Set(runs.map(({ text }) => /pnpm@\S+/.exec(text)?.[0]))).toEqual(new Set([packageManager]));
  });

  it("builds the orchestrator where no target is named", () => {
    expect(stages.at(-1)?.name).toBe("orchestrator");
    expect(stages.map(({ name }) => name).filter(isTarget)).toHaveLength(targets.length);
  });

  it("copies no journal, no secret and no packages of this machine", () => {
    const isIgnored = ignoredBy(readFileSync(join(repository, ".dockerignore"), "utf8"));
    const kept = ["apps/orchestrator/orchestrator.sqlite", "apps/orchestrator/orchestrator.sqlite-wal", "apps/orchestrator/.env"];
    for (const path of [
      ...kept,
      ".env",
      "restate-key.pem",
      ".git",
      "apps/orchestrator/node_modules",
      "packages/saga-core/node_modules",
    ])
      expect([path, isIgnored(path)]).toEqual([path, true]);
  });
});

describe.for(targets)("the image %s", (target) => {
  const image = imageOf(stages, target);
  // An image gives out no tokens: it does not start before an operator says who may do what.
  const settings = settingsOf(target, { ...image.environment, ...(target === "orchestrator" && { INSECURE: "true" }) });
  const { scripts } = packageOf(target);

  it("does not run as root, and its user is a number", () => {
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it("runs its app as its start script does, in a shell that becomes the app", () => {
    expect(image.entrypoint).toEqual(["sh", "packages/service-kit/start.sh", `apps/${target}`]);
    expect(scripts.start).toBe("sh ../../packages/service-kit/start.sh .");
    for (const path of [image.entrypoint[1] ?? "", `apps/${target}/src/print-command.ts`, `apps/${target}/src/main.ts`])
      expect([path, existsSync(join(repository, path))]).toEqual([path, true]);
  });

  it("opens the port that its app listens on by default, on all interfaces, and its health check asks there", () => {
    expect(image.environment["HOST"]).toBe("0.0.0.0");
    expect(image.ports).toEqual([settings.PORT]);
    expect(image.healthCheck.at(-2)).toBe(String(settings.PORT));
    expect(image.healthCheck.at(-1)).toBe(
      { orchestrator: "/health/ready", "mock-store-manager": "/health-check", "mock-payments": "/" }[target],
    );
  });

  it("keeps what it writes in its volume", () => {
    expect(image.volumes).toEqual(target === "orchestrator" ? ["/data"] : []);
    if (target === "orchestrator") expect(image.environment["JOURNAL_PATH"]).toMatch(/^\/data\//);
  });
});
