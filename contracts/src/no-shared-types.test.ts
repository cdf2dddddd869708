import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./paths.ts";

/** The three sides that each define the wire format independently, so that a mistake on one side fails on another. */
const sides: Readonly<Record<string, readonly string[]>> = {
  client: ["apps/orchestrator/src/participants", "packages/saga-console/src/app/api", "stack/src/web-client.ts"],
  service: ["apps/mock-store-manager/src", "apps/mock-payments/src", "packages/mock-kit/src", "packages/saga-http/src"],
  contract: [
    "apps/orchestrator/contract",
    "packages/try-console/contract",
    "stack/contract",
    "packages/test-kit/src/pact",
    "contracts/src/states",
  ],
};

/** The mock that signals is the client of this contract. */
const signalling = { file: "stack/contract/payments-signal.pact.test.ts", imports: "mock-payments" };

/** The exceptions: a contract imports the client, and nothing else of the client's package. */
const clients = ["../src/participants/store-manager.ts", "../src/participants/payments.ts", "../src/web-client.ts"];
const packagesOfOthers = [
  "orchestrator",
  "stack",
  "saga-console",
  "saga-http",
  "mock-kit",
  "mock-store-manager",
  "mock-payments",
  "test-kit",
];
const ownPackages: Readonly<Record<string, readonly string[]>> = {
  client: [],
  service: ["mock-kit"],
  contract: ["test-kit/pact", "saga-console/app/api/client.ts", "saga-console/app/api/live.ts"],
};

function sources(path: string): readonly string[] {
  if (path.endsWith(".ts")) return [path];
  const files = readdirSync(join(root, path), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).map((file) => join(path, file));
}

function importsOf(file: string): readonly string[] {
  return [...readFileSync(join(root, file), "utf8").matchAll(/from "([^"]+)"/g)].map(([, from = ""]) => from);
}

describe.for(Object.keys(sides))("the %s side of the wire format", (side) => {
  const files = (sides[side] ?? [])
    .flatMap(sources)
    .filter((file) => !file.startsWith("apps/orchestrator/src") || !file.endsWith(".test.ts"));

  it.for(files)("imports nothing of the other sides in %s", (file) => {
    const shared = importsOf(file).filter((from) => {
      const isOther = packagesOfOthers.includes(from.split("/")[0] ?? "") && !ownPackages[side]?.includes(from);
      const isInside = side === "contract" && from.startsWith("../src/") && !clients.includes(from);
      const isClient = file === signalling.file && from === signalling.imports;
      return (isOther || isInside) && !isClient;
    });
    // The tests of a mock serve it with a helper of the kit.
    expect(shared.filter((from) => from !== "mock-kit/testing")).toEqual([]);
  });
});
