import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "./pages.ts";

const manifest = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/** The dependencies between packages, from their manifests. */
export function packagesDiagram(): string {
  const groups = ["apps", "packages"].map((parent) => ({
    parent,
    members: readdirSync(join(root, parent))
      .toSorted()
      .map((name) => manifest.parse(readJson(join(root, parent, name, "package.json")))),
  }));
  const all = groups.flatMap(({ members }) => members);
  const subgraphs = groups.flatMap(({ parent, members }) => [
    `  subgraph ${parent}`,
    ...members.map(({ name }) => `    ${name}["${name}"]`),
    "  end",
  ]);
  const arrows = all.flatMap(({ name, dependencies }) =>
    Object.keys(dependencies)
      .filter((other) => all.some((each) => each.name === other))
      .map((other) => `  ${name} --> ${other}`),
  );
  return mermaid(["flowchart TB", ...subgraphs, ...arrows]);
}

/** The folders with the classes of a definition and of the engines with their journals. */
const CLASS_FOLDERS = [
  "packages/saga-core/src/definition",
  "packages/saga-core/src/engine",
  "packages/saga-sqlite/src",
  "packages/saga-restate/src/process",
  "packages/saga-restate/src/restate",
  "apps/orchestrator/src/order",
];
const SHOWN = /Handler$|Controller$|Journal$|^EmbeddedEngine$|^Restate(Engine|Index)$|^Create|^Decrease/;

/** The classes, with the classes that they extend and the ports that they implement, from their sources. */
export function classesDiagram(): string {
  const lines = CLASS_FOLDERS.flatMap(classesIn);
  const names = new Set(lines.flatMap(({ name, base, ports }) => [name, ...base, ...ports]));
  const inheritance = lines.flatMap(({ name, base, ports }) => [
    ...base.map((each) => `  ${each} <|-- ${name}`),
    ...ports.map((each) => `  ${each} <|.. ${name}`),
  ]);
  const kinds = [...names].map((name) => {
    const declared = lines.find((each) => each.name === name);
    if (declared?.isAbstract) return `  class ${name} { <<abstract>> }`;
    return declared ? `  class ${name}` : `  class ${name} { <<port>> }`;
  });
  return mermaid([
    "classDiagram",
    ...kinds,
    ...inheritance,
    "  Controller o-- Handler",
    "  EmbeddedEngine --> Controller",
    "  EmbeddedEngine --> Journal",
    "  RestateEngine --> Controller",
  ]);
}

function classesIn(folder: string) {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !/^(simulation|testing)\//.test(file))
    .toSorted();
  const pattern =
    /^export (abstract )?class (\w+)(?:<[^{]*?>)?(?: extends (\w+)(?:<[^{]*?>)?)?(?: implements ([\w, <>]+?))? \{/gm;
  return files.flatMap((file) => {
    const source = readFileSync(join(root, folder, file), "utf8");
    return [...source.matchAll(pattern)].flatMap(([, abstract, name = "", base, ports]) => {
      if (!SHOWN.test(name) || name === "StandInController") return [];
      // What has a type parameter is no port: it adds types to one.
      const plain = ports?.split(", ").filter((port) => /^\w+$/.test(port)) ?? [];
      return [{ name, isAbstract: abstract !== undefined, base: base === undefined ? [] : [base], ports: plain }];
    });
  });
}

function mermaid(lines: readonly string[]): string {
  return `\`\`\`mermaid\n${lines.join("\n")}\n\`\`\`\n`;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
