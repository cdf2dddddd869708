import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentSchema } from "orchestrator/config";
import { existingServicesVariables } from "orchestrator/testing";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type ComposeService, readCompose, stopGraceMsOf, variablesOf } from "./compose.ts";
import { imageOf } from "./dockerfile.ts";
import { isTarget, packageOf, readStages, repository, settingsOf, type Target } from "./images.ts";

const stages = readStages();
const files = ["compose.yaml", "compose.existing.yaml"].map((path) => ({ path, file: readCompose(join(repository, path)) }));
const full = readCompose(join(repository, "compose.yaml"));

interface OwnService {
  readonly title: string;
  readonly service: ComposeService;
  readonly target: Target;
}

/** Those that run an image of ours. */
const own: readonly OwnService[] = files.flatMap(({ path, file }) =>
  Object.entries(file.services).flatMap(([name, service]) =>
    isTarget(service.build?.target) ? [{ title: `${name} of ${path}`, service, target: service.build.target }] : [],
  ),
);

describe.for(own)("the service $title", ({ service, target }) => {
  const image = imageOf(stages, target);

  it("sets only variables that its app has, to values that the app takes", () => {
    const set = { ...image.environment, ...variablesOf(service) };
    // The key is made by restate:key.
    const key = "RESTATE_IDENTITY_KEY" in service.environment ? { RESTATE_IDENTITY_KEY: "publickeyv1_1" } : {};
    expect(settingsOf(target, { ...set, ...key }).PORT).toBe(image.ports[0]);
    const unset = Object.keys(service.environment).filter((name) => !(name in set));
    expect(["JOURNAL_ACCEPT", "CLOCK_ACCEPT", "RESTATE_IDENTITY_KEY", "OTEL_DENO"]).toEqual(expect.arrayContaining(unset));
  });

  it("has a read-only file system, no capability and limits", () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    expect(service.pids_limit).toBeGreaterThan(0);
  });

  it("shows the port of its app, to this machine alone", () => {
    expect(service.ports).toHaveLength(1);
    expect(service.ports[0]).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\d+:${image.ports[0]}$`));
  });

  it("gives each volume of its image a name, if it keeps a journal", () => {
    if (variablesOf(service)["ENGINE"] === "restate") return;
    expect(service.volumes.map((volume) => volume.split(":")[1])).toEqual(image.volumes);
  });

  it("is killed only after its app has given up", () => {
    const graceMs = Number(variablesOf(service)["SHUTDOWN_GRACE_MS"] ?? 9_000);
    expect(stopGraceMsOf(service)).toBeGreaterThanOrEqual(graceMs + 1_000);
  });

  it("has the version of its app", () => {
    expect(service.image).toBe(`saga-${target}:${packageOf(target).version}`);
  });
});

describe("compose.yaml", () => {
  it("reaches each service by its name and its port", () => {
    for (const service of Object.values(full.services)) {
      const urls = Object.values(variablesOf(service)).filter((value) => value.startsWith("http:"));
      for (const url of urls) {
        const { hostname, port } = new URL(url);
        const called = full.services[hostname]?.build?.target;
        // Restate's ingress and administration, and OTLP over HTTP.
        const ofOthers: Readonly<Record<string, readonly number[]>> = { restate: [8080, 9070], jaeger: [4318] };
        const own = [...(called === undefined ? [] : imageOf(stages, called).ports), 9080];
        expect(ofOthers[hostname] ?? own, url).toContain(Number(port));
      }
    }
  });

  it("shows no port twice", () => {
    const ports = Object.values(full.services).flatMap((service) => service.ports);
    expect(new Set(ports).size).toBe(ports.length);
    expect(ports).toHaveLength(7);
  });

  it("starts what an active service depends on, and Restate and what watches only with their profiles", () => {
    for (const { depends_on, profiles } of Object.values(full.services)) {
      for (const name of Object.keys(depends_on)) {
        const needed = full.services[name];
        expect(needed, name).toBeDefined();
        if (needed?.profiles) expect(profiles).toEqual(needed.profiles);
      }
    }
    const withProfile = (profile: string) =>
      new Set(Object.keys(full.services).filter((name) => full.services[name]?.profiles?.includes(profile)));
    expect(withProfile("restate")).toEqual(new Set(["orchestrator-on-restate", "restate"]));
    expect(withProfile("watch")).toEqual(new Set(["grafana", "jaeger", "prometheus"]));
  });

  it("watches both orchestrators, by the names and ports that they have here", () => {
    const jobs = z
      .object({ scrape_configs: z.array(z.object({ static_configs: z.array(z.object({ targets: z.array(z.string()) })) })) })
      .parse(parse(readFileSync(join(repository, "deploy/watch/prometheus.yaml"), "utf8")));
    const targets = jobs.scrape_configs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
    const orchestrators = Object.entries(full.services).filter(([, { build }]) => build?.target === "orchestrator");
    expect(targets.toSorted()).toEqual(orchestrators.map(([name]) => `${name}:5123`).toSorted());
  });

  it("pins the images of others by a full version", () => {
    for (const { image, build } of Object.values(full.services))
      if (!build) expect(image).toMatch(/^[\w.-]+(?:\/[\w.-]+)+:v?\d+\.\d+\.\d+$/);
  });

  it("pins the Restate server that the tests run", () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(repository, "packages/test-kit/restate-server/package.json"), "utf8")));
    const version = dependencies["@restatedev/restate-server"];
    expect(full.services["restate"]?.image).toBe(`docker.io/restatedev/restate:${version}`);
  });

  it("declares the volumes and secrets that its services name", () => {
    const services = Object.values(full.services);
    const mounts = services.flatMap((service) => service.volumes.map((volume) => volume.split(":")));
    const volumes = mounts.flatMap(([source = ""]) => (source.startsWith("./") ? [] : [source]));
    expect(new Set(volumes)).toEqual(new Set(Object.keys(full.volumes)));
    for (const [source = "", , mode] of mounts.filter(([path]) => path?.startsWith("./"))) {
      expect(existsSync(join(repository, source)), source).toBe(true);
      expect(mode).toBe("ro");
    }
    expect(services.flatMap(({ secrets }) => secrets)).toEqual(Object.keys(full.secrets));
  });
});

describe("the tokens that docs/deploy.md gives to Compose", () => {
  it("are a secret that the orchestrator reads, in the place of INSECURE", () => {
    const page = readFileSync(join(repository, "docs/deploy.md"), "utf8");
    const [, shown = ""] = /<!-- compose with tokens -->\n```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const added = z
      .strictObject({
        services: z.strictObject({
          orchestrator: z.strictObject({ environment: z.record(z.string(), z.string()), secrets: z.array(z.string()) }),
        }),
        secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
      })
      .parse(parse(shown));
    const { environment, secrets } = added.services.orchestrator;
    const before = full.services["orchestrator"];
    const variables = { ...imageOf(stages, "orchestrator").environment, ...(before && variablesOf(before)), ...environment };
    expect(() => settingsOf("orchestrator", variables)).not.toThrow();
    expect(environment["INSECURE"]).toBe("false");
    expect(secrets.map((name) => `/run/secrets/${name}`)).toEqual([environment["AUTH_TOKENS_FILE"]]);
    expect(Object.keys(added.secrets)).toEqual(secrets);
  });
});

describe("compose.existing.yaml", () => {
  const { services, networks } = readCompose(join(repository, "compose.existing.yaml"));

  it("hears the existing services out, as docs/integration.md says, and takes them for unkeyed", () => {
    const { STORE_MANAGER_URL, PAYMENTS_URL, INSECURE, ...others } = services["orchestrator"]
      ? variablesOf(services["orchestrator"])
      : {};
    expect([STORE_MANAGER_URL, PAYMENTS_URL]).toEqual(["http://store_manager:5000", "http://payments_api:5009"]);
    expect(INSECURE).toBe("true");
    expect(others).toEqual(existingServicesVariables);
  });

  it("joins a network that others made", () => {
    expect(services["orchestrator"]?.networks).toEqual(Object.keys(networks));
  });
});

describe("the part of docs/deploy.md about containers", () => {
  const page = readFileSync(join(repository, "docs/deploy.md"), "utf8");
  const [part = ""] = /^## In containers\n[\s\S]*?(?=^## )/m.exec(page) ?? [];

  it("names only files, profiles and services that exist", () => {
    const commands = part.split("\n").filter((line) => /^(\w+=\S+ )?docker compose /.test(line));
    expect(commands.length).toBeGreaterThan(8);
    for (const command of commands) {
      const [, path = "compose.yaml"] = / --file (\S+)/.exec(command) ?? [];
      const services = Object.entries(readCompose(join(repository, path)).services);
      const [, profile] = / --profile (\S+)/.exec(command) ?? [];
      if (profile !== undefined) expect(services.flatMap(([, { profiles = [] }]) => profiles)).toContain(profile);
      const [, named] = / (?:exec(?: --env \S+)?|cp|stop|logs|sh) ([a-z-]+)/.exec(command) ?? [];
      if (named !== undefined) expect(services.map(([name]) => name)).toContain(named);
    }
  });

  it("explains only variables that the orchestrator has, and names those that Compose reads", () => {
    const rows = [...part.matchAll(/^\| (`[A-Z_`, ]+) \|/gm)].flatMap(([, cell = ""]) => [...cell.matchAll(/[A-Z_]+/g)]);
    expect(rows.length).toBeGreaterThan(6);
    for (const [name] of rows) expect(Object.keys(environmentSchema.shape)).toContain(name);
    for (const { path } of files) {
      const text = readFileSync(join(repository, path), "utf8");
      for (const [, name = ""] of text.matchAll(/\$\{(\w+):-/g)) expect(part).toContain(`\`${name}\``);
    }
  });
});
