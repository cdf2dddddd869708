import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { seatsConsole } from "./seats-console.ts";

const packageDirectory = join(import.meta.dirname, "..");
const readme = readFileSync(join(packageDirectory, "README.md"), "utf8");

describe("the README's example", () => {
  it("is this file", () => {
    expect(readme).toContain(`\`\`\`ts\n${readFileSync(join(packageDirectory, "example/seats-console.ts"), "utf8")}\`\`\`\n`);
  });

  it("shows the sagas to the session of a person who signed in, and to nobody else", async () => {
    const app = await seatsConsole(async (headers) =>
      headers.get("authorization") === "Bearer ada"
        ? { subject: "ada", roles: new Set(["read"]) }
        : { problem: "missing", detail: "There is no token." },
    );
    const own = { "x-saga-console": "1" };
    expect((await app.request("/api/sagas", { headers: own })).status).toBe(401);
    const begun = await app.request("/api/console/session", { method: "POST", headers: own, body: '{"token":"ada"}' });
    const cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await app.request("/api/sagas", { headers: { ...own, cookie } })).status).toBe(200);
  });

  it("names every export of the package", () => {
    const index = readFileSync(join(packageDirectory, "src/host/index.ts"), "utf8");
    const names = [...index.matchAll(/(?:type )?(\w+)(?=,| \})/g)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(readme).toContain(`\`${name}\``);
  });
});
