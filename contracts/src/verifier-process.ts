import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { readPacts } from "./pact.ts";
import { findMeans, hasControl, plan, providerNames } from "./provider.ts";
import type { InteractionResult } from "./result.ts";
import { verifyInteraction } from "./verify-interaction.ts";

/** What this process is told, as JSON in its one argument. */
export const verifierTask = z.object({
  provider: z.enum(providerNames),
  services: z.object({ provider: z.string(), storeManager: z.string().exactOptional(), payments: z.string().exactOptional() }),
  pactsDirectory: z.string(),
  /** The names of the files to verify. */
  pacts: z.array(z.string()),
});

export type VerifierTask = z.input<typeof verifierTask>;

// A process of its own: Pact's native verifier prints a report to standard output which cannot be turned off. Our results go to
// standard error, one JSON object a line.
if (import.meta.main) {
  try {
    await run(verifierTask.parse(JSON.parse(process.argv[2] ?? "")));
    // The native library may hold on to threads.
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function run({ provider, services, pactsDirectory, pacts }: z.output<typeof verifierTask>): Promise<void> {
  const means = await findMeans(services);
  const mocks: string[] = [];
  for (const url of Object.values(services)) if (await hasControl(url)) mocks.push(url);
  const directory = mkdtempSync(join(tmpdir(), "verify-"));
  try {
    for (const pact of readPacts(pactsDirectory).filter(({ file }) => pacts.includes(file))) {
      for (const interaction of pact.interactions) {
        const planned = plan(interaction, provider, means);
        if (!planned.verify) {
          tell({ pact: pact.file, interaction: interaction.description, result: planned.result, reasons: [planned.reason] });
          continue;
        }
        const reasons = await verifyInteraction(pact, interaction, { provider, services, mocks, directory });
        const result = reasons.length === 0 ? "passed" : "failed";
        tell({ pact: pact.file, interaction: interaction.description, result, reasons: [...reasons] });
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function tell(result: InteractionResult): void {
  process.stderr.write(`${JSON.stringify(result)}\n`);
}
