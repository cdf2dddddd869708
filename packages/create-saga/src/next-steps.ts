import { styleText } from "node:util";
import type { Request } from "./read-request.ts";

export interface Shown {
  /** Whether the text goes to a terminal that may have colours. */
  readonly isColoured: boolean;
  /** The version of the Node that runs this command. */
  readonly nodeVersion: string;
}

const NODE_MAJOR_MIN = 24;

/** What the command says at its end: what was made, and what to do next. */
export function nextSteps({ folder, name, runtime }: Request, files: readonly string[], shown: Shown): string {
  const bold = (text: string) => (shown.isColoured ? styleText("bold", text, { validateStream: false }) : text);
  const run = runtime === "deno" ? "deno task" : "npm run";
  const steps = [
    ...(folder === "." ? [] : [[`cd ${folder}`, ""]]),
    ["npm install", ""],
    [`${run} test`, "its expected ends, and its handlers against a fake participant"],
    [`${run} explore`, "every run that it can have with two faults"],
    [`${run} dev`, "its REST surface, and the fake participant"],
  ];
  const width = Math.max(...steps.map(([command = ""]) => command.length));
  const lines = steps.map(([command = "", meaning = ""]) => `  ${bold(command.padEnd(width))}  ${meaning}`.trimEnd());
  return [
    `${bold(name)} is made, for ${runtime === "deno" ? "Deno" : `Node ${NODE_MAJOR_MIN}`}: ${files.join(", ")}.`,
    "",
    "Next:",
    "",
    ...lines,
    "",
    ...oldNode(runtime, shown.nodeVersion),
    "README.md says what is where, and how to add a step.",
    "",
  ].join("\n");
}

function oldNode(runtime: Request["runtime"], version: string): readonly string[] {
  if (runtime === "deno" || Number.parseInt(version, 10) >= NODE_MAJOR_MIN) return [];
  return [`This is Node ${version}. The project runs on Node ${NODE_MAJOR_MIN} or newer: install it first.`, ""];
}
