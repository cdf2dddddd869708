import { expect, it } from "vitest";
import { nextSteps } from "./next-steps.ts";
import type { Request } from "./read-request.ts";

const request: Request = { folder: "sales/my-saga", name: "my-saga", runtime: "node", from: undefined };
const plain = { isColoured: false, nodeVersion: "24.21.0" };

it("says what was made and what to do next, with the commands of the runtime", () => {
  const shown = nextSteps(request, ["package.json", "src/saga.ts"], plain);
  expect(shown).toContain("my-saga is made, for Node 24: package.json, src/saga.ts.");
  expect(shown).toMatch(/ {2}cd sales\/my-saga\n {2}npm install\n {2}npm run test .*\n {2}npm run explore .*\n {2}npm run dev /);
  expect(nextSteps({ ...request, runtime: "deno" }, [], plain)).toContain("  deno task dev ");
  expect(nextSteps({ ...request, folder: "." }, [], plain)).not.toContain("cd ");
});

it("has colours only where they are wanted", () => {
  const colour = "\u001b[";
  expect(nextSteps(request, [], plain)).not.toContain(colour);
  expect(nextSteps(request, [], { ...plain, isColoured: true })).toContain(`${colour}1mmy-saga`);
});

it("says that the Node of this machine is too old for a project on Node", () => {
  const old = { ...plain, nodeVersion: "20.20.2" };
  expect(nextSteps(request, [], old)).toContain("This is Node 20.20.2. The project runs on Node 24 or newer");
  expect(nextSteps({ ...request, runtime: "deno" }, [], old)).not.toContain("20.20.2");
});
