import { CANCELLED, type Chart, COMPLETED } from "./chart.ts";

/** Draws a definition's `chart` as a Mermaid state diagram. The same chart gives the same text, so a test can compare the docs with it. */
export function toMermaid({ initial, arrows }: Chart): string {
  const ends = [COMPLETED, CANCELLED].filter((end) => arrows.some((arrow) => arrow.to === end));
  return [
    "stateDiagram-v2",
    `  [*] --> ${initial}`,
    ...arrows.map(({ from, event, to }) => `  ${from} --> ${to}: ${event}`),
    ...ends.map((end) => `  ${end} --> [*]`),
    "",
  ].join("\n");
}
