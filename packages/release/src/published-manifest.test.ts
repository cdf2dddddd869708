import { expect, it } from "vitest";
import { publishedManifest } from "./published-manifest.ts";
import { PublishedNames } from "./published-names.ts";

const names = new PublishedNames("@ours", ["saga-core", "saga-http"]);

it("depends exactly on packages of the same release, takes repairs of others, and has nothing that only the workspace uses", () => {
  const packed = {
    name: "saga-http",
    version: "1.2.3",
    files: ["dist"],
    scripts: { build: "tsc" },
    workspaceExports: ["./build"],
    dependencies: { "saga-core": "1.2.3", ky: "2.1.0" },
    peerDependencies: { hono: "4.13.19" },
    devDependencies: { typescript: "7.0.2" },
  };
  expect(publishedManifest(packed, names)).toEqual({
    name: "@ours/saga-http",
    version: "1.2.3",
    files: ["dist"],
    dependencies: { "@ours/saga-core": "1.2.3", ky: "^2.1.0" },
    peerDependencies: { hono: "^4.13.19" },
  });
});

it("needs no list of entry points that only the workspace uses", () => {
  const packed = { name: "saga-core", scripts: {}, dependencies: {}, devDependencies: {} };
  expect(publishedManifest(packed, names)).toEqual({ name: "@ours/saga-core", dependencies: {} });
});
