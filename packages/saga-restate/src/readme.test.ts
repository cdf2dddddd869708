import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

describe("the README", () => {
  it("shows the example that e2e/readme.test.ts runs", () => {
    const [, code] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
    expect(code).toBe(readFileSync(join(root, "e2e/readme-example.ts"), "utf8"));
  });
});
