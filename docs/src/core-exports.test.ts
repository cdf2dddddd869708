import { describe, expect, it } from "vitest";
import { coreExports, namesOutsideCore, reachedNames } from "./core-exports.ts";

describe("every name that saga-core exports", () => {
  it("is used outside of saga-core, or named by the declaration of one that is (else: do not export it)", () => {
    const exported = coreExports();
    expect(exported.length).toBeGreaterThan(100);
    const reached = reachedNames(exported, namesOutsideCore());
    expect(exported.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
  });

  it("is declared without the bodies of its functions", () => {
    const declarations = new Map(coreExports().map(({ name, declaration }) => [name, declaration]));
    expect(declarations.get("EmbeddedEngine")).toContain("start(request: StartRequest): Promise<StartedSaga>");
    expect(declarations.get("EmbeddedEngine")).not.toMatch(/#|return/);
    expect(declarations.get("explore")).toMatch(/ExploreOptions,\n\): Promise<Exploration>$/);
    expect(declarations.get("engineContract")).toBe(": readonly ContractCase<MakeEngine>[]");
  });
});

describe("a name that is exported", () => {
  const exported = [
    { name: "start", declaration: "(request: Request): Started" },
    { name: "Request", declaration: "{ input: Input }" },
    { name: "Input", declaration: "object" },
    { name: "one", declaration: "(): Other" },
    { name: "Other", declaration: "ReturnType<typeof one>" },
  ];

  it("is reached from a name that is used, and not from one that is not", () => {
    expect([...reachedNames(exported, new Set(["start"]))]).toEqual(["start", "Request", "Input"]);
  });
});
