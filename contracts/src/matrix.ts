import { kindOf, type Pact } from "./pact.ts";
import type { InteractionResult } from "./verifier-task.ts";

/** The verification of one pact against one service of the workspace. */
export interface VerifiedPact {
  readonly pact: Pact;
  /** The package of the provider, and its configuration. */
  readonly service: string;
  readonly configuration: string;
  readonly sourceSha256: string;
  readonly results: readonly InteractionResult[];
  /** What the service's OpenAPI document does not allow. */
  readonly openApi: readonly string[];
}

/** One cell of the matrix: a pact, by its hash, at a provider, by the hash of its source. */
export interface Cell {
  readonly consumer: string;
  readonly provider: string;
  readonly kind: string;
  readonly pact_sha256: string;
  readonly service: string;
  readonly configuration: string;
  readonly source_sha256: string;
  readonly interactions: number;
  readonly passed: number;
  readonly open_api: "compatible" | "incompatible" | "not compared";
  /** `missing`: not verified, or not completely. */
  readonly result: "passed" | "failed" | "missing";
}

export function cellOf({ pact, service, configuration, sourceSha256, results, openApi }: VerifiedPact): Cell {
  const interactions = pact.interactions.length;
  const passed = results.filter(({ result }) => result === "passed").length;
  // The services of this workspace must match every pact exactly.
  const isRed = openApi.length > 0 || results.some(({ result }) => result === "failed" || result === "tolerable");
  return {
    ...headOf(pact),
    service,
    configuration,
    source_sha256: sourceSha256,
    interactions,
    passed,
    open_api: openApi.length === 0 ? "compatible" : "incompatible",
    result: isRed ? "failed" : passed === interactions ? "passed" : "missing",
  };
}

/** The cell of a pact without a service in the workspace, or whose verification ended early. */
export function missingCell(pact: Pact, service = "no service", configuration = ""): Cell {
  const interactions = pact.interactions.length;
  const unknown = { source_sha256: "", interactions, passed: 0, open_api: "not compared", result: "missing" } as const;
  return { ...headOf(pact), service, configuration, ...unknown };
}

function headOf(pact: Pact): Pick<Cell, "consumer" | "provider" | "kind" | "pact_sha256"> {
  return { consumer: pact.consumer, provider: pact.provider, kind: kindOf(pact), pact_sha256: pact.sha256 };
}

/** The matrix as a Markdown table with aligned columns, so that a terminal shows it well too. */
export function drawMatrix(cells: readonly Cell[]): string {
  const head = ["pact", "verified against", "interactions", "OpenAPI", "result", "pact hash", "source hash"];
  const rows = cells.map((cell) => [
    `${cell.consumer} → ${cell.provider}`,
    `${cell.service} ${cell.configuration}`.trim(),
    `${cell.passed} of ${cell.interactions}`,
    cell.open_api,
    `${cell.result === "passed" ? "✓" : "✗"} ${cell.result}`,
    cell.pact_sha256.slice(0, 8),
    cell.source_sha256.slice(0, 8),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line), ""].join("\n");
}
