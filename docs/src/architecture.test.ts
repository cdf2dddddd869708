import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { orderSaga } from "./generated.ts";
import { pageAt, root, workspaces } from "./pages.ts";

const { text } = pageAt("docs/architecture.md");

describe("the architecture page", () => {
  it("lists every folder of the workspace and no other", () => {
    const [, table = ""] = text.split("| folder | what it holds |\n");
    const [rows = ""] = table.split("\n\n");
    const listed = [...rows.matchAll(/\[([\w/-]+)\]\(\.\.\/([\w/-]+)\)/g)];
    for (const [, name, target] of listed) expect(target).toBe(name);
    const names = listed.map(([, name]) => name);
    expect(names).toHaveLength(new Set(names).size);
    expect(new Set(names)).toEqual(new Set(workspaces()));
  });

  it("has a glossary of at most 20 words, each explained once", () => {
    const [, table = ""] = text.split("| word | meaning |\n|---|---|\n");
    const [rows = ""] = table.split("\n\n");
    const words = [...rows.matchAll(/^\| ([^|]+) \|/gm)].map(([, word]) => word);
    expect(new Set(words).size).toBe(words.length);
    expect(words.length).toBeGreaterThan(5);
    expect(words.length).toBeLessThanOrEqual(20);
  });

  it("states rules 1 to 12, which the code cites", () => {
    const numbers = [...text.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("names only ports, and members of the engine's port, that saga-core has", () => {
    const folder = join(root, "packages/saga-core/src/ports");
    const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    const interfaces = sources.join("\n");
    const ports = [...text.matchAll(/^- (`.*?)[:.]/gm)].flatMap(([, names = ""]) => [...names.matchAll(/`(\w+)`/g)]);
    expect(ports.map(([, port]) => port)).toEqual(["Journal", "SagaIndex", "Engine", "Observer", "Clock", "Random"]);
    for (const [, port] of ports) expect(interfaces).toMatch(new RegExp(`export (interface|type) ${port}\\b`));
    const [, members = ""] = /^- `Engine`: (.*?)\./m.exec(text) ?? [];
    for (const [, member] of members.matchAll(/`(\w+)`/g)) expect(interfaces).toMatch(new RegExp(`^  ${member}\\(`, "m"));
  });

  it("gives the order saga the states and arrows that its chart has", () => {
    const chains = text.split("\n").filter((line) => /^ {4}[A-Z_]+ +-\w+->/.test(line));
    const drawn = chains.flatMap((line) => {
      const parts = line.trim().split(/\s+/);
      const count = (parts.length - 1) / 2;
      return Array.from({ length: count }, (_, index) => {
        const [from, event, to] = parts.slice(index * 2, index * 2 + 3);
        return `${from} ${event} ${to}`;
      });
    });
    expect(new Set(drawn)).toEqual(new Set(orderSaga.chart.arrows.map(({ from, event, to }) => `${from} -${event}-> ${to}`)));
    expect(drawn).toHaveLength(8);
  });
});
