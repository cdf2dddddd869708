import { expect, it } from "vitest";
import { PublishedNames } from "./published-names.ts";

const names = new PublishedNames("@ours", ["saga-core", "saga-http"]);

it("gives what a module imports its published name, in code and in declarations, and leaves other strings alone", () => {
  const written = [
    'import { chain } from "saga-core";',
    'export * from "saga-core/testing";',
    'import "saga-http";',
    'declare const app: import("saga-http").App<import("./links.ts").Links>;',
    'export { links } from "./links.ts";',
    'import { z } from "zod";',
    'const vendor = "saga-core";',
    'import { other } from "saga-core-other";',
  ];
  expect(names.inModule(written.join("\n")).split("\n")).toEqual([
    'import { chain } from "@ours/saga-core";',
    'export * from "@ours/saga-core/testing";',
    'import "@ours/saga-http";',
    'declare const app: import("@ours/saga-http").App<import("./links.js").Links>;',
    'export { links } from "./links.js";',
    'import { z } from "zod";',
    'const vendor = "saga-core";',
    'import { other } from "saga-core-other";',
  ]);
});

it("gives a page the published names in its heading, its code and its backticks", () => {
  const page = '# saga-http\n\nWith `saga-core/testing` and `sagaApp`:\n\n```ts\nimport { sagaApp } from "saga-http";\n```\n';
  const published =
    '# @ours/saga-http\n\nWith `@ours/saga-core/testing` and `sagaApp`:\n\n```ts\nimport { sagaApp } from "@ours/saga-http";\n```\n';
  expect(names.inPage(page)).toBe(published);
});

it("leaves the relative imports of a source file as they are, and gives the others their published names", () => {
  const source = 'import { chain } from "saga-core";\nimport { input } from "./saga.ts";\n';
  expect(names.inSource(source)).toBe('import { chain } from "@ours/saga-core";\nimport { input } from "./saga.ts";\n');
});
