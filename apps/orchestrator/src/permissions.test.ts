import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentSchema, readConfig } from "./config.ts";
import { permissionsOf } from "./permissions.ts";

const permissionsWith = (variables: Readonly<Record<string, string>>) => permissionsOf(readConfig(variables));
const jwks = { AUTH_JWKS_URL: "https://login.example.com/keys", AUTH_ISSUER: "login", AUTH_AUDIENCE: "saga" };

describe("the permissions of the orchestrator", () => {
  it("have its own port, its participants, and the server of keys if there is one", async () => {
    const { net } = await permissionsWith({ STORE_MANAGER_URL: "https://shop.example.com", ...jwks });
    expect(net).toEqual(["127.0.0.1:5123", "shop.example.com:443", "127.0.0.1:5009", "login.example.com:443"]);
  });

  it("have the operators' port where there is one, at its own host or another", async () => {
    const operators = { OPERATOR_PORT: "5124", INSECURE: "true" };
    expect((await permissionsWith(operators)).net).toContain("127.0.0.1:5124");
    const { net } = await permissionsWith({ ...operators, OPERATOR_HOST: "::1" });
    expect(net).toContain("[::1]:5124");
    expect(net).not.toContain("127.0.0.1:5124");
  });

  it("have Restate and its port only on Restate, and no journal there", async () => {
    const restate = ["127.0.0.1:8080", "127.0.0.1:9070", "127.0.0.1:9080"];
    const embedded = await permissionsWith({});
    expect(embedded.net.filter((address) => restate.includes(address))).toEqual([]);
    const { net, write } = await permissionsWith({ ENGINE: "restate", RESTATE_ENDPOINT_URL: "http://balancer:9999" });
    expect(net).toEqual(expect.arrayContaining(restate));
    expect(net.join()).not.toContain("balancer");
    expect(write).toEqual([]);
  });

  it("have each host that a variable names as a URL, but the one that only Restate calls", async () => {
    const names = Object.keys(environmentSchema.shape).filter((name) => name.endsWith("_URL"));
    const urls = Object.fromEntries(names.map((name, index) => [name, `http://host-${index}.example:1${index}`]));
    const { net } = await permissionsWith({ ...jwks, ...urls, ENGINE: "restate" });
    const missing = names.filter((_name, index) => !net.includes(`host-${index}.example:1${index}`));
    expect(missing).toEqual(["RESTATE_ENDPOINT_URL"]);
  });

  it("let it write the files of its journal where they are, and nothing else of that directory", async () => {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "permissions-")));
    try {
      symlinkSync(directory, join(directory, "linked"));
      const { read, write } = await permissionsWith({ JOURNAL_PATH: join(directory, "linked", "journal.sqlite") });
      const place = join(directory, "journal.sqlite");
      expect(write).toEqual([place, ...["-wal", "-lock", "-mark", "-mark.part"].map((end) => `${place}${end}`)]);
      expect(read).toContain(directory);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("let it read the file that a variable names, and the variables of the table", async () => {
    const { read, env } = await permissionsWith({ AUTH_TOKENS_FILE: "/run/secrets/tokens" });
    expect(read).toContain("/run/secrets/tokens");
    for (const name of Object.keys(environmentSchema.shape)) expect(env).toContain(name);
    expect(env).not.toContain("HOME");
  });
});
