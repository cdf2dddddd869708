import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { seatsApi } from "./seats-api.ts";

const packageDirectory = join(import.meta.dirname, "..");

/** Starts a saga of the example, and returns the status and the body of the reply. */
async function reserve(seat: number): Promise<readonly [number, unknown]> {
  const app = await seatsApi((error) => {
    throw error;
  });
  const headers = { "content-type": "application/json" };
  const reply = await app.request("/api/saga/seat", { method: "POST", headers, body: JSON.stringify({ seat }) });
  return [reply.status, await reply.json()];
}

describe("the README's example", () => {
  it("is this file", () => {
    const readme = readFileSync(join(packageDirectory, "README.md"), "utf8");
    expect(readme).toContain(`\`\`\`ts\n${readFileSync(join(packageDirectory, "example/seats-api.ts"), "utf8")}\`\`\`\n`);
  });

  it("answers 200 with the completed saga, and 409 with the cancelled one", async () => {
    expect(await reserve(3)).toEqual([200, { status: "OK", saga_id: expect.any(String), state: "COMPLETED" }]);
    expect(await reserve(101)).toEqual([409, expect.objectContaining({ type: "saga-cancelled", reason: "no such seat" })]);
  });

  it("names every export of the package", () => {
    const index = readFileSync(join(packageDirectory, "src/index.ts"), "utf8");
    const names = [...index.matchAll(/(?:type )?(\w+)(?=,| \})/g)].map(([, name = ""]) => name);
    const readme = readFileSync(join(packageDirectory, "README.md"), "utf8");
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(readme).toContain(`\`${name}\``);
  });
});
