import process from "node:process";
import { parseArgs } from "node:util";
import ansis from "ansis";
import { readPacts } from "./pact.ts";
import { pactsDirectory } from "./places.ts";
import { isProviderName, kindOf, providerNames } from "./provider.ts";
import type { InteractionResult } from "./result.ts";
import { VerifierError, verifyProvider } from "./verify-provider.ts";

const usage = `Verifies a running service against the pacts that its consumers here want of it.

  pnpm contracts:verify --provider store-manager --url http://host:5000

  --provider            ${providerNames.join(", ")}
  --url                 where the service is
  --pact                only this pact, and fail when it is red (base, optional, keyed); without it, all of them are
                        tried, and only the first one must pass
  --store-manager-url   for the orchestrator: the Store Manager behind it, where its states are set
  --payments-url        for the orchestrator: the Payments API behind it

It WRITES to the service: orders are created, stocks are set. Give it one whose data nobody needs.
`;

const print = (text: string) => process.stdout.write(`${text}\n`);

process.exit(await verify());

async function verify(): Promise<number> {
  const { values } = readArguments();
  if (values.help) return say(usage, 0);
  const { provider, url, pact: only } = values;
  if (provider === undefined || url === undefined) return say(`--provider and --url are needed.\n\n${usage}`, 1);
  if (!isProviderName(provider)) return say(`--provider is one of: ${providerNames.join(", ")}; not "${provider}".`, 1);
  if (!URL.canParse(url)) return say(`--url is an address like http://127.0.0.1:5000; not "${url}".`, 1);
  const pacts = readPacts(pactsDirectory).filter((pact) => pact.provider === provider);
  const kinds = pacts.map(kindOf);
  const wanted = pacts.filter((pact) => only === undefined || kindOf(pact) === only);
  if (wanted.length === 0) return say(`--pact is one of: ${kinds.join(", ")}; not "${only}".`, 1);
  const results: InteractionResult[] = [];
  try {
    await verifyProvider(
      {
        provider,
        services: {
          provider: withoutSlash(url),
          ...(values["store-manager-url"] && { storeManager: withoutSlash(values["store-manager-url"]) }),
          ...(values["payments-url"] && { payments: withoutSlash(values["payments-url"]) }),
        },
        pactsDirectory,
        pacts: wanted.map(({ file }) => file),
      },
      (result) => {
        if (results.at(-1)?.pact !== result.pact) print(ansis.bold(`\n${result.pact}`));
        results.push(result);
        printResult(result);
      },
    );
  } catch (error) {
    if (error instanceof VerifierError) return say(`${error.message}\n\nIs the service there, at ${url}?`, 1);
    throw error;
  }
  print("");
  const reds = wanted.filter((pact) => {
    const ofPact = results.filter((result) => result.pact === pact.file);
    print(`${kindOf(pact).padEnd(12)} ${count(ofPact)}  ${verdict(kindOf(pact), provider, ofPact)}`);
    return ofPact.some(({ result }) => result === "failed");
  });
  return reds.some((pact) => only !== undefined || pact === mustPass(wanted)) ? 1 : 0;
}

/** The base pact, or the only one. */
function mustPass<One extends { readonly consumer: string }>(pacts: readonly One[]): One | undefined {
  return pacts.find((pact) => kindOf(pact) === "base") ?? pacts[0];
}

function printResult({ interaction, result, reasons }: InteractionResult): void {
  const mark = { passed: ansis.green("✓"), failed: ansis.red("✗"), skipped: ansis.yellow("○") }[result];
  print(`  ${mark} ${interaction}${result === "skipped" ? ": skipped" : ""}`);
  for (const reason of reasons) print(ansis.dim(`      ${reason}`));
}

function count(results: readonly InteractionResult[]): string {
  const of = (wanted: InteractionResult["result"]) => results.filter(({ result }) => result === wanted).length;
  return `${of("passed")} passed, ${of("failed")} failed, ${of("skipped")} skipped`;
}

/** What it means for whoever runs the orchestrator beside this service. */
function verdict(kind: string, provider: string, results: readonly InteractionResult[]): string {
  const isRed = results.some(({ result }) => result === "failed");
  const isWhole = results.every(({ result }) => result === "passed");
  if (kind === "optional") return isRed ? "It need not pass this one." : "";
  if (kind !== "keyed") return isRed ? "The consumers cannot work with it." : "The consumers can work with it.";
  const variable = `${provider.toUpperCase().replaceAll("-", "_")}_KEYED`;
  if (isRed) return `Leave ${variable}=false.`;
  return isWhole ? `It may be configured with ${variable}=true.` : `Not shown: leave ${variable}=false until nothing is skipped.`;
}

function readArguments() {
  const text = { type: "string" } as const;
  const options = { provider: text, url: text, pact: text, "store-manager-url": text, "payments-url": text } as const;
  try {
    return parseArgs({ options: { ...options, help: { type: "boolean" } } });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function say(text: string, code: number): number {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  return code;
}
