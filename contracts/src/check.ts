import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import ansis from "ansis";
import { compareWithOpenApi } from "./compare-open-api.ts";
import { findDifferences } from "./differences.ts";
import { GenerateError, generatePacts } from "./generate.ts";
import { type Cell, cellOf, drawMatrix, missingCell } from "./matrix.ts";
import { type Pact, readPacts } from "./pact.ts";
import { matrixFile, pactsDirectory, tableFile } from "./places.ts";
import { sourceHash } from "./source-hash.ts";
import { VerifierError, verifyProvider } from "./verify-provider.ts";
import { type WorkspaceProvider, workspaceProviders } from "./workspace-providers.ts";

/** A provider's cells, and why those that are red are. */
interface Checked {
  readonly cells: readonly Cell[];
  readonly findings: readonly string[];
}

const print = (text: string) => process.stdout.write(`${text}\n`);

const pacts = readPacts(pactsDirectory);
const [differences, ...checked] = await Promise.all([checkConsumers(), ...inTurn(workspaceProviders, checkProvider)]);
const orphans = pacts.filter((pact) => !workspaceProviders.some((provider) => isFor(pact, provider)));
const cells = [...checked.flatMap((one) => one.cells), ...orphans.map((pact) => missingCell(pact))];
const findings = [...differences, ...checked.flatMap((one) => one.findings)];
writeFileSync(matrixFile, `${JSON.stringify({ cells }, undefined, 2)}\n`);
writeFileSync(tableFile, drawMatrix(cells));
print(`\n${drawMatrix(cells)}`);
for (const finding of findings) print(ansis.red(`✗ ${finding}`));
const isGreen = findings.length === 0 && cells.every(({ result }) => result === "passed");
print(
  isGreen
    ? ansis.green("✓ Every pact is what its consumer writes, and every provider keeps it.")
    : ansis.red("✗ This cannot merge."),
);
process.exit(isGreen ? 0 : 1);

/** Whether the committed pacts are what the consumers write. */
async function checkConsumers(): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), "pacts-"));
  try {
    await generatePacts(directory);
    print("The consumers have written their pacts anew.");
    return findDifferences(pactsDirectory, directory).map((difference) => `${difference}: run contracts:update`);
  } catch (error) {
    if (error instanceof GenerateError) return [error.message];
    throw error;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function checkProvider(provider: WorkspaceProvider): Promise<Checked> {
  const wanted = pacts.filter((pact) => isFor(pact, provider));
  const about = `${provider.name} ${provider.configuration}`;
  const running = await provider.start();
  try {
    const { services } = running;
    const files = wanted.map(({ file }) => file);
    const results = await verifyProvider({ provider: provider.provider, services, pactsDirectory, pacts: files });
    const openApi = await compareWithOpenApi(services.provider, wanted);
    print(`${about}: ${results.length} interactions verified.`);
    const sourceSha256 = sourceHash(provider.name);
    const verified = wanted.map((pact) => ({
      pact,
      service: provider.name,
      configuration: provider.configuration,
      sourceSha256,
      results: results.filter((result) => result.pact === pact.file),
      openApi: openApi.get(pact.file) ?? [],
    }));
    return {
      cells: verified.map(cellOf),
      findings: verified.flatMap(({ pact, ...one }) => [
        ...one.results
          .filter(({ result }) => result !== "passed")
          .map(({ interaction, reasons }) => `${about}, ${pact.file}, ${interaction}:\n    ${reasons.join("\n    ")}`),
        ...one.openApi.map((finding) => `${about}, ${pact.file}, its OpenAPI document: ${finding}`),
      ]),
    };
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    const cellsMissing = wanted.map((pact) => missingCell(pact, provider.name, provider.configuration));
    return { cells: cellsMissing, findings: [`${about}: ${error.message}`] };
  } finally {
    await running.stop();
  }
}

function isFor({ consumer, provider }: Pact, service: WorkspaceProvider): boolean {
  return provider === service.provider && service.consumers.includes(consumer);
}

/** One after the other: each takes a core. */
function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): readonly Promise<Result>[] {
  let before: Promise<unknown> = Promise.resolve();
  return items.map((item) => {
    const result = before.then(() => work(item));
    before = result;
    return result;
  });
}
