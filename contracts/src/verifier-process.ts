import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { z } from "zod";
import { messageOf } from "./message-of.ts";
import { readPacts } from "./pact.ts";
import { findCapabilities, plan } from "./plan.ts";
import { type InteractionResult, verifierTask } from "./verifier-task.ts";
import { verifyInteraction } from "./verify-interaction.ts";

// A separate process, because the report that Pact's native verifier prints cannot be turned off. Each result is one line of JSON after
// a line break, because the verifier may have left a line unfinished.
try {
  await run(verifierTask.parse(JSON.parse(process.argv[2] ?? "")));
  // The native library may keep threads that would prevent the end of the process.
  process.exit(0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}

async function run({ provider, services, pactsDirectory, pacts }: z.output<typeof verifierTask>): Promise<void> {
  const capabilities = await findCapabilities(services);
  const directory = mkdtempSync(join(tmpdir(), "verify-"));
  try {
    for (const pact of readPacts(pactsDirectory).filter(({ file }) => pacts.includes(file))) {
      for (const interaction of pact.interactions) {
        const names = { pact: pact.file, interaction: interaction.description };
        const planned = plan(interaction, provider, capabilities);
        if (!planned.verify) {
          report({ ...names, result: planned.result, reasons: [planned.reason] });
          continue;
        }
        const verified = await verifyInteraction(pact, interaction, { provider, services, mocks: capabilities.mocks, directory });
        report({ ...names, ...verified });
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function report(result: InteractionResult): void {
  process.stderr.write(`\n${JSON.stringify(result)}\n`);
}
