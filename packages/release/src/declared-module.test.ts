import { expect, it } from "vitest";
import { readDeclarations } from "./declared-module.ts";

const text = `import type { Clock } from "./clock.ts";
import { type Journal as J, Random } from "saga-core";
/**
 * A comment.
 */
export declare class Engine<Of extends object> {
    #private;
    /** One more. */
    start(): Promise<void>;
}
export declare function run(name: string): void;
export declare function run(): void;
interface Own {
    readonly clock: Clock;
}
export type Words = {
    readonly own: Own;
};
export { type Policy, defaultPolicy as policy } from "./policy.ts";
export {};
`;

it("finds what a module declares, with its overloads and without its comments", () => {
  const { declarations } = readDeclarations(text);
  expect(Object.fromEntries(declarations)).toEqual({
    Engine: "export declare class Engine<Of extends object> {\n    #private;\n    start(): Promise<void>;\n}",
    run: "export declare function run(name: string): void;\nexport declare function run(): void;",
    Own: "interface Own {\n    readonly clock: Clock;\n}",
    Words: "export type Words = {\n    readonly own: Own;\n};",
  });
});

it("finds what a module imports and exports, under which name and from where", () => {
  const { imports, exports } = readDeclarations(text);
  expect(Object.fromEntries(imports)).toEqual({
    Clock: { specifier: "./clock.ts", name: "Clock" },
    J: { specifier: "saga-core", name: "Journal" },
    Random: { specifier: "saga-core", name: "Random" },
  });
  expect(Object.fromEntries(exports)).toEqual({
    Engine: { name: "Engine" },
    run: { name: "run" },
    Words: { name: "Words" },
    Policy: { specifier: "./policy.ts", name: "Policy" },
    policy: { specifier: "./policy.ts", name: "defaultPolicy" },
  });
});

it("refuses a statement that it does not understand, so that no export goes unseen", () => {
  expect(() => readDeclarations('export * from "./all.ts";\n')).toThrow("not understood");
});
