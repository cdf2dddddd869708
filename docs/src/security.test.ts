import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pageAt, root } from "./pages.ts";
import { scriptsOf } from "./scripts.ts";

/** The rows of a table, without its head, as cells. */
function rowsOf(part: string): readonly (readonly string[])[] {
  const lines = part.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(1).map((line) => line.slice(2, -2).split(" | "));
}

describe("SECURITY.md", () => {
  it("names a test that exists for each promise", () => {
    const [, part = ""] = /^## What is promised[^\n]*\n([\s\S]*?)^## /m.exec(pageAt("SECURITY.md").text) ?? [];
    const promises = rowsOf(part);
    expect(promises.length).toBeGreaterThan(15);
    for (const [promise = "", held = ""] of promises) {
      const [, file = "", title = ""] = /^\[[^\]]+\]\(([^)]+)\): "(.+)"$/.exec(held) ?? [];
      expect(title, promise).not.toBe("");
      expect(readFileSync(join(root, file), "utf8").includes(title), `${file} has no test "${title}"`).toBe(true);
    }
  });

  it("is where the README and the page about access lead", () => {
    for (const path of ["README.md", "README.fr.md", "docs/access.md"])
      expect([path, pageAt(path).text.includes("SECURITY.md)")]).toEqual([path, true]);
  });
});

describe("CONTRIBUTING.md", () => {
  it("gives a reason for each root script that may do everything", () => {
    const { text } = pageAt("CONTRIBUTING.md");
    const [, part = ""] = /^<!-- scripts with all permissions -->\n([\s\S]*?)\n\n/m.exec(text) ?? [];
    const explained = rowsOf(part).flatMap(([names = "", reason = ""]) => {
      expect(reason).not.toBe("");
      return [...names.matchAll(/`([\w:-]+)`/g)].map(([, name]) => name);
    });
    const unconfined = Object.entries(scriptsOf("")).filter(([, script]) =>
      /deno run .*(-A|--allow-all|--allow-run)\b/.test(script),
    );
    expect(explained.toSorted()).toEqual(unconfined.map(([name]) => name).toSorted());
  });
});
