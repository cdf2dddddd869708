/** The middle figure; of an even number of figures the lower one of the two in the middle. */
export function median(figures: readonly number[]): number {
  return at(
    figures.toSorted((one, other) => one - other),
    0.5,
  );
}

/** The middle half of figures: its lowest and its highest. */
export function spread(figures: readonly number[]): readonly [number, number] {
  const sorted = figures.toSorted((one, other) => one - other);
  return [at(sorted, 0.25), at(sorted, 0.75)];
}

/** The mean of factors: double and half give one. */
export function geometricMean(figures: readonly number[]): number {
  return Math.exp(figures.reduce((sum, figure) => sum + Math.log(figure), 0) / figures.length);
}

/** The percentile of sorted figures; `part` is from 0 to 1. */
export function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length - (part === 0.5 ? 1 : 0)) * part))] ?? Number.NaN;
}

export function round(figure: number, digits = 0): string {
  return figure.toFixed(digits);
}

/** A Markdown table with aligned columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|\n`;
  return [line(head), rule, ...rows.map(line)].join("");
}
