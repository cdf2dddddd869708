import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { z } from "zod";
import { messageOf } from "./message-of.ts";
import { readPacts } from "./pact.ts";
import { findMeans, plan } from "./plan.ts";
import { type InteractionResult, verifierTask } from "./verifier-task.ts";
import { verifyInteraction } from "./verify-interaction.ts";

// A process of its own: Pact's native verifier prints a report which cannot be turned off. Our results are one JSON object a line,
// each after a line break, because it may have left a line unfinished.
try {
  await run(verifierTask.parse(JSON.parse(process.argv[2] ?? "")));
  // The native library may hold on to threads.
  process.exit(0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}

async function run({ provider, services, pactsDirectory, pacts }: z.output<typeof verifierTask>): Promise<void> {
  const means = await findMeans(services);
  const directory = mkdtempSync(join(tmpdir(), "verify-"));
  try {
    for (const pact of readPacts(pactsDirectory).filter(({ file }) => pacts.includes(file))) {
      for (const interaction of pact.interactions) {
        const about = { pact: pact.file, interaction: interaction.description };
        const planned = plan(interaction, provider, means);
        if (!planned.verify) {
          tell({ ...about, result: planned.result, reasons: [planned.reason] });
          continue;
        }
        const verified = await verifyInteraction(pact, interaction, { provider, services, mocks: means.mocks, directory });
        tell({ ...about, ...verified });
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function tell(result: InteractionResult): void {
  process.stderr.write(`\n${JSON.stringify(result)}\n`);
}
