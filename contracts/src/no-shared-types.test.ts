import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./places.ts";

/** The three that must each say in their own words what is on the wire, so that a slip of one is seen by another. */
const sides: Readonly<Record<string, readonly string[]>> = {
  client: ["apps/orchestrator/src/participants", "stack/src/web-client.ts"],
  service: ["apps/mock-store-manager/src", "apps/mock-payments/src", "packages/mock-kit/src", "packages/saga-http/src"],
  contract: ["apps/orchestrator/contract", "stack/contract", "packages/test-kit/src/pact", "contracts/src/states"],
};

/** What each of them may know of the others: a contract is written with the client, and with nothing else of it. */
const clients = ["../src/participants/store-manager.ts", "../src/participants/payments.ts", "../src/web-client.ts"];
const packagesOfOthers = ["orchestrator", "stack", "saga-http", "mock-kit", "mock-store-manager", "mock-payments", "test-kit"];
const ownPackages: Readonly<Record<string, readonly string[]>> = {
  client: [],
  service: ["mock-kit"],
  contract: ["test-kit/pact"],
};

function sources(place: string): readonly string[] {
  if (place.endsWith(".ts")) return [place];
  const files = readdirSync(join(root, place), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).map((file) => join(place, file));
}

function importsOf(file: string): readonly string[] {
  return [...readFileSync(join(root, file), "utf8").matchAll(/from "([^"]+)"/g)].map(([, from = ""]) => from);
}

describe.for(Object.keys(sides))("what is on the wire is said by the %s itself:", (side) => {
  const files = (sides[side] ?? [])
    .flatMap(sources)
    .filter((file) => !file.startsWith("apps/orchestrator/src") || !file.endsWith(".test.ts"));

  it.for(files)("%s imports nothing of the other two", (file) => {
    const shared = importsOf(file).filter((from) => {
      const isOther = packagesOfOthers.includes(from.split("/")[0] ?? "") && !ownPackages[side]?.includes(from);
      const isInside = side === "contract" && from.startsWith("../src/") && !clients.includes(from);
      return isOther || isInside;
    });
    // The tests of a mock serve it with the kit's own helper.
    expect(shared.filter((from) => from !== "mock-kit/testing")).toEqual([]);
  });
});
