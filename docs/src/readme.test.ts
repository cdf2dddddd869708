import { describe, expect, it } from "vitest";
import { pageAt, workspaces } from "./pages.ts";
import { scriptsOf } from "./scripts.ts";

const wordsMax = 1_200;

describe("the README", () => {
  it.for(["README.md", "README.fr.md"])(`%s has at most ${wordsMax} words, code included`, (path) => {
    expect(pageAt(path).text.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(wordsMax);
  });

  it("shows how many tasks the test command runs", () => {
    const tasks = workspaces().flatMap((folder) =>
      Object.keys(scriptsOf(folder)).filter((name) => ["types", "test", "check", "e2e"].includes(name)),
    );
    // The linter runs once for all packages.
    const count = tasks.length + 1;
    expect(pageAt("README.md").text).toContain(` Tasks:    ${count} successful, ${count} total`);
  });
});
