import type { ReceivedSpan } from "./otlp-receiver.ts";

/**
 * Draws spans as a tree, each below its parent and after those that began before it. `describe` gives a span's line. A span whose parent is not
 * among them stands at the root.
 */
export function drawTree(spans: readonly ReceivedSpan[], describe: (span: ReceivedSpan) => string): readonly string[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const ordered = spans.toSorted((one, other) => Number(one.startTimeUnixNano - other.startTimeUnixNano));
  const below = (parent: string | undefined, depth: number): readonly string[] =>
    ordered
      .filter(({ parentSpanId }) => (parent === undefined ? !known.has(parentSpanId) : parentSpanId === parent))
      .flatMap((span) => [`${"  ".repeat(depth)}${describe(span)}`, ...below(span.spanId, depth + 1)]);
  return below(undefined, 0);
}
