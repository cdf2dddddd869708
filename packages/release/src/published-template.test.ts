import { expect, it } from "vitest";
import { PublishedNames } from "./published-names.ts";
import { templateManifest } from "./published-template.ts";

const names = new PublishedNames("@ours", ["saga-core"]);
const packed = { name: "create-saga", devDependencies: { "saga-core": "1.2.3", zod: "4.6.7", typescript: "7.0.2" } };

it("gives a template the published names, and the versions that its package was packed with", () => {
  const template = {
    name: "my-saga",
    scripts: { dev: "node src/dev.ts" },
    dependencies: { "saga-core": "workspace:*", zod: "catalog:" },
    devDependencies: { typescript: "catalog:" },
  };
  expect(templateManifest(template, packed, names)).toEqual({
    name: "my-saga",
    scripts: { dev: "node src/dev.ts" },
    dependencies: { "@ours/saga-core": "1.2.3", zod: "^4.6.7" },
    devDependencies: { typescript: "^7.0.2" },
  });
});

it("refuses a template whose dependency its package does not have, because its version is unknown", () => {
  const template = { dependencies: { ky: "catalog:" }, devDependencies: {} };
  expect(() => templateManifest(template, packed, names)).toThrow("The template needs ky");
});
