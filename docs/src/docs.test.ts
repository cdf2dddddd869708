import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pactsDirectory, readPacts } from "contracts";
import { readResults } from "runtimes";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { makeGenerated } from "./generated.ts";
import { generatedBlocks, type Page, pageAt, readPages, root } from "./pages.ts";
import { scriptsOf } from "./scripts.ts";

const pages = readPages();
describe("every page of the docs", () => {
  it("shows the diagrams, variables and routes that the code has (else: pnpm --filter docs run update)", {
    timeout: 300_000,
  }, async () => {
    const generated = await makeGenerated();
    const blocks = pages.flatMap((page) => generatedBlocks(page));
    expect(new Set(blocks.map(([name]) => name))).toEqual(new Set(generated.keys()));
    for (const [name, block] of blocks) expect(block, name).toBe(generated.get(name));
  });

  it("names only commands that exist", () => {
    const ofPnpm = ["install", "change"];
    const commands = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/pnpm@[\d.]+ (?:--filter ([\w-]+) )?(?:run )?([a-z][\w:-]*)/g)].map(([, filter, script]) => ({
        path,
        filter,
        script,
      })),
    );
    expect(commands.length).toBeGreaterThan(30);
    for (const { path, filter, script } of commands) {
      const places =
        filter === undefined
          ? [""]
          : ["apps", "packages", "."].map((place) => join(place, filter)).filter((place) => existsSync(join(root, place)));
      const scripts = places.flatMap((place) => Object.keys(scriptsOf(place)));
      expect([...scripts, ...ofPnpm], `${path}: pnpm ${filter ?? ""} ${script}`).toContain(script);
    }
  });

  it("shows every interaction in the transcript of contracts:verify", () => {
    const [, shown = ""] =
      /^```text\n(orchestrator-base-payments\.json[\s\S]*?)^```$/m.exec(pageAt("docs/contracts.md").text) ?? [];
    const said = [...shown.matchAll(/^ {2}✓ (.*)$/gm)].map(([, description]) => description);
    const pacts = readPacts(pactsDirectory).filter(({ provider }) => provider === "payments");
    const descriptions = pacts.flatMap(({ interactions }) => interactions.map(({ description }) => description));
    expect(new Set(said)).toEqual(new Set(descriptions));
  });

  it("names the pinned version of the package manager", () => {
    const { packageManager } = z
      .object({ packageManager: z.string() })
      .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
    const places = [
      ...pages,
      ...[".ci/run", "stack/src/start.ts", "clients/e2e/runners.ts"].map((path) => ({
        path,
        text: readFileSync(join(root, path), "utf8"),
      })),
    ];
    const named = places.flatMap(({ path, text }) =>
      [...text.matchAll(/pnpm@[\w.-]*\d/g)].map(([version]) => ({ path, version })),
    );
    expect(named.filter(({ version }) => version !== packageManager)).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  it.for([
    ["README.md", "README.fr.md"],
    ["docs/arc42.md", "docs/fr/arc42.md"],
    ["docs/lab.md", "docs/fr/lab.md"],
  ])("%s and %s have the same sections, commands and generated parts", ([english = "", french = ""]) => {
    const [one, other] = [pageAt(english), pageAt(french)];
    const count = (page: Page, pattern: RegExp) => page.text.match(pattern)?.length ?? 0;
    for (const pattern of [/^## /gm, /^\| /gm, /^```mermaid$/gm])
      expect(count(other, pattern), String(pattern)).toBe(count(one, pattern));
    const commands = (page: Page) => [...page.text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
    expect(commands(other)).toEqual(commands(one));
    expect(generatedBlocks(other)).toEqual(generatedBlocks(one));
  });

  it("links to its English twin if it is in French", () => {
    const french = pages.filter(({ path }) => path.startsWith("docs/fr/") || path.endsWith(".fr.md"));
    expect(french.map(({ path }) => path).toSorted()).toEqual(["README.fr.md", "docs/fr/arc42.md", "docs/fr/lab.md"]);
    for (const { text } of french) expect(text).toContain("[In English](");
  });

  it.for(Object.keys(readResults()))(
    "for %s says how to install and to run, what is sent once, and what was not tried",
    (runtime) => {
      const { text } = pageAt(`docs/runtimes/${runtime.split(" ")[0]?.toLowerCase()}.md`);
      const sections = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      expect(sections).toEqual(["Install", "Run", "Sent once", "What was not tried"]);
    },
  );

  it("has nothing left to fill in", () => {
    expect(pages.filter(({ text }) => /@@|\bTODO\b|\bTBD\b/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("shows no row of figures twice", () => {
    for (const { path, text } of pages) {
      const rows = text.split("\n").filter((line) => /^\|(?:[^|]*\|){6,}$/.test(line) && /\d/.test(line));
      expect(rows.length, path).toBe(new Set(rows).size);
    }
  });

  it("links only to files that exist", () => {
    const links = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to = ""]) => ({ path, to })),
    );
    const broken = links.filter(({ path, to }) => !to.startsWith("http") && !existsSync(join(root, dirname(path), to)));
    expect(broken).toEqual([]);
    expect(links.length).toBeGreaterThan(10);
  });
});

describe("every anchor in the docs", () => {
  it("is a heading of its page", () => {
    const anchored = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)#\s]*\.md)?#([^)]+)\)/g)].map(([, file = "", anchor = ""]) => ({
        path,
        target: file === "" ? path : join(dirname(path), file),
        anchor,
      })),
    );
    expect(anchored.length).toBeGreaterThan(3);
    for (const { path, target, anchor } of anchored) expect(slugsOf(pageAt(target)), `${path}: #${anchor}`).toContain(anchor);
  });
});

/** The anchors that GitHub makes from the headings. */
function slugsOf({ text }: Page): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("each architecture decision", () => {
  const decisions = pages.filter(({ path }) => /^docs\/adr\/\d{4}-/.test(path));

  it.for(decisions)("$path names tests that exist and enforce it", ({ text }) => {
    const [, section = ""] = text.split("## Enforced by\n");
    const named = [...section.matchAll(/\[[^\]]+\]\(([^)]+)\): "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, file = "", test = ""] of named) {
      const source = readFileSync(join(root, "docs/adr", file), "utf8");
      expect(source.includes(test), `${file} has no test "${test}"`).toBe(true);
    }
  });

  it("has a line in the index of decisions", () => {
    const { text } = pageAt("docs/adr/README.md");
    for (const { path } of decisions) expect(text).toContain(path.replace("docs/adr/", ""));
    expect(decisions.length).toBeGreaterThanOrEqual(5);
  });
});

describe("the CI workflow", () => {
  const text = readFileSync(join(root, ".github/workflows/ci.yml"), "utf8");

  it("runs what .ci/run runs, with actions pinned by hash and a token that can only read", () => {
    expect(text).toContain("run: bash .ci/run");
    expect(text).toContain("timeout-minutes: 45\n");
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });
});
