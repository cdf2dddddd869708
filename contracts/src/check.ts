import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import ansis from "ansis";
import { compareWithOpenApi } from "./compare-open-api.ts";
import { findDifferences } from "./differences.ts";
import { generatePacts } from "./generate.ts";
import { type Cell, cellOf, drawMatrix, missingCell } from "./matrix.ts";
import { messageOf } from "./message-of.ts";
import { type Pact, readPacts } from "./pact.ts";
import { matrixFile, pactsDirectory, tableFile } from "./paths.ts";
import { sourceHash } from "./source-hash.ts";
import { verifyProvider } from "./verify-provider.ts";
import { type WorkspaceProvider, workspaceProviders } from "./workspace-providers.ts";

/** Cells of the matrix, and the reasons for those that are red. */
interface CheckResult {
  readonly cells: readonly Cell[];
  readonly findings: readonly string[];
}

const print = (text: string) => process.stdout.write(`${text}\n`);

// Results of an earlier check must not be mistaken for those of this one.
for (const file of [matrixFile, tableFile]) rmSync(file, { force: true });
const pacts = readCommitted();
const [differences, ...results] = await Promise.all([checkConsumers(), ...checkProviders()]);
const orphans = pacts.filter((pact) => !workspaceProviders.some((provider) => isFor(pact, provider)));
const cells = [...results.flatMap((result) => result.cells), ...orphans.map((pact) => missingCell(pact))];
const findings = [...differences, ...results.flatMap((result) => result.findings)];
writeFileSync(matrixFile, `${JSON.stringify({ cells }, undefined, 2)}\n`);
writeFileSync(tableFile, drawMatrix(cells));
print(`\n${drawMatrix(cells)}`);
for (const finding of findings) print(ansis.red(`✗ ${finding}`));
const isGreen = findings.length === 0 && cells.every(({ result }) => result === "passed");
print(
  isGreen
    ? ansis.green("✓ Every pact matches what its consumer writes, and every provider passes it.")
    : ansis.red("✗ This cannot merge."),
);
process.exit(isGreen ? 0 : 1);

function readCommitted(): readonly Pact[] {
  try {
    return readPacts(pactsDirectory);
  } catch (error) {
    print(ansis.red(`✗ ${messageOf(error)}`));
    process.exit(1);
  }
}

/** Compares the committed pacts with those that the consumers write now. */
async function checkConsumers(): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), "pacts-"));
  try {
    await generatePacts(directory);
    print("The consumers' pacts are generated.");
    return findDifferences(pactsDirectory, directory).map((difference) => `${difference}: run contracts:update`);
  } catch (error) {
    return [messageOf(error)];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Checks one provider after the other, because each check uses a core. */
function checkProviders(): readonly Promise<CheckResult>[] {
  let before = Promise.resolve();
  return workspaceProviders.map((provider) => {
    const checking = before.then(() => checkProvider(provider));
    before = checking.then(() => undefined);
    return checking;
  });
}

/** An error is reported for this provider's pacts; the other providers are still checked. */
async function checkProvider(provider: WorkspaceProvider): Promise<CheckResult> {
  const owed = pacts.filter((pact) => isFor(pact, provider));
  try {
    return await verifyAll(provider, owed);
  } catch (error) {
    const missing = owed.map((pact) => missingCell(pact, provider.name, provider.configuration));
    return { cells: missing, findings: [`${provider.name} ${provider.configuration}: ${messageOf(error)}`] };
  }
}

async function verifyAll(
  { name, configuration, provider, start }: WorkspaceProvider,
  owed: readonly Pact[],
): Promise<CheckResult> {
  const { services, stop } = await start();
  try {
    const results = await verifyProvider({ provider, services, pactsDirectory, pacts: owed });
    const openApi = await compareWithOpenApi(services.provider, owed);
    print(`${name} ${configuration}: ${results.length} interactions verified.`);
    const verified = owed.map((pact) => ({
      pact,
      service: name,
      configuration,
      sourceSha256: sourceHash(name),
      results: results.filter((result) => result.pact === pact.file),
      openApi: openApi.get(pact.file) ?? [],
    }));
    const about = `${name} ${configuration}`;
    return {
      cells: verified.map(cellOf),
      findings: verified.flatMap(({ pact, ...one }) => [
        ...one.results
          .filter(({ result }) => result !== "passed")
          .map(({ interaction, reasons }) => `${about}, ${pact.file}, ${interaction}:\n    ${reasons.join("\n    ")}`),
        ...one.openApi.map((finding) => `${about}, ${pact.file}, its OpenAPI document: ${finding}`),
      ]),
    };
  } finally {
    await stop();
  }
}

function isFor({ consumer, provider }: Pact, service: WorkspaceProvider): boolean {
  return provider === service.provider && service.consumers.includes(consumer);
}
