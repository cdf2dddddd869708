import process from "node:process";
import { parseArgs } from "node:util";
import ansis from "ansis";
import { messageOf } from "./message-of.ts";
import { kindOf, type Pact, readPacts } from "./pact.ts";
import { pactsDirectory } from "./places.ts";
import { isProviderName, providerNames } from "./provider.ts";
import type { InteractionResult } from "./verifier-task.ts";
import { type ProviderVerification, VerifierError, verifyProvider } from "./verify-provider.ts";

const usage = `Verifies a running service against the pacts that its consumers here want of it.

  pnpm contracts:verify --provider store-manager --url http://host:5000

  --provider            ${providerNames.join(", ")}
  --url                 where the service is
  --pact                only this one (base, optional, keyed), and fail unless all of it passes, nothing skipped;
                        without it, all are tried, and base must not be red
  --store-manager-url   for the orchestrator: the Store Manager behind it, where its states are set
  --payments-url        for the orchestrator: the Payments API behind it

It WRITES to the service: orders are created, stocks are set. Give it one whose data nobody needs.
`;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** What was asked for cannot be done; the message says what can. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Request {
  readonly verification: ProviderVerification;
  /** The pact that must pass whole; without it, the base pact must not be red. */
  readonly only: string | undefined;
}

try {
  const request = readRequest();
  process.exit(request ? await verify(request) : 0);
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof VerifierError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function readRequest(): Request | undefined {
  const { help, provider, url, pact: only, ...behind } = readArguments();
  if (help) {
    print(usage);
    return undefined;
  }
  if (provider === undefined || url === undefined) throw new UsageError(`--provider and --url are needed.\n\n${usage}`);
  if (!isProviderName(provider)) throw new UsageError(`--provider is one of: ${providerNames.join(", ")}; not "${provider}".`);
  const pacts = readPacts(pactsDirectory).filter((pact) => pact.provider === provider);
  const wanted = pacts.filter((pact) => only === undefined || kindOf(pact) === only);
  if (wanted.length === 0) throw new UsageError(`--pact is one of: ${pacts.map(kindOf).join(", ")}; not "${only}".`);
  const services = {
    provider: readUrl("--url", url),
    ...(behind["store-manager-url"] && { storeManager: readUrl("--store-manager-url", behind["store-manager-url"]) }),
    ...(behind["payments-url"] && { payments: readUrl("--payments-url", behind["payments-url"]) }),
  };
  return { only, verification: { provider, services, pactsDirectory, pacts: wanted } };
}

async function verify({ verification, only }: Request): Promise<number> {
  let file = "";
  const results = await verifyProvider(verification, (result) => {
    if (file !== result.pact) print(ansis.bold(`\n${result.pact}`));
    file = result.pact;
    printResult(result);
  });
  print("");
  const tallies = verification.pacts.map((pact) => tallyOf(pact, results));
  for (const tally of tallies)
    print(`${tally.kind.padEnd(12)} ${count(tally)}  ${verdict(tally, verification.provider)}`.trimEnd());
  if (only !== undefined) return tallies.every(isWhole) ? 0 : 1;
  // The base pact, or the only one that there is.
  const required = tallies.find(({ kind }) => kind === "base") ?? tallies[0];
  return required?.failed === 0 ? 0 : 1;
}

/** How many interactions of a pact came to what. */
interface Tally {
  readonly kind: string;
  readonly interactions: number;
  readonly passed: number;
  readonly tolerable: number;
  readonly failed: number;
  readonly skipped: number;
}

function tallyOf(pact: Pact, results: readonly InteractionResult[]): Tally {
  const of = (wanted: InteractionResult["result"]) => {
    return results.filter((one) => one.pact === pact.file && one.result === wanted).length;
  };
  const interactions = pact.interactions.length;
  return {
    kind: kindOf(pact),
    interactions,
    passed: of("passed"),
    tolerable: of("tolerable"),
    failed: of("failed"),
    skipped: of("skipped"),
  };
}

function isWhole({ passed, tolerable, interactions }: Tally): boolean {
  return passed + tolerable === interactions;
}

function printResult({ interaction, result, reasons }: InteractionResult): void {
  const mark = { passed: ansis.green("✓"), tolerable: ansis.yellow("≈"), failed: ansis.red("✗"), skipped: ansis.yellow("○") }[
    result
  ];
  const remark = { passed: "", tolerable: ": it differs, and the saga can live with it", failed: "", skipped: ": skipped" }[
    result
  ];
  print(`  ${mark} ${interaction}${remark}`);
  for (const reason of reasons) print(ansis.dim(`      ${reason}`));
}

function count({ passed, tolerable, failed, skipped }: Tally): string {
  const differing = tolerable > 0 ? `, ${tolerable} differing` : "";
  return `${passed} passed${differing}, ${failed} failed, ${skipped} skipped`;
}

/** What it means for whoever runs the orchestrator beside this service. */
function verdict(tally: Tally, provider: string): string {
  const isRed = tally.failed > 0;
  if (tally.kind === "optional") return isRed ? "It need not pass this one." : "";
  if (tally.kind !== "keyed") return isRed ? "The consumers cannot work with it." : "The consumers can work with it.";
  const variable = `${provider.toUpperCase().replaceAll("-", "_")}_KEYED`;
  if (isRed) return `Leave ${variable}=false.`;
  return isWhole(tally)
    ? `It may be configured with ${variable}=true.`
    : `Not shown: leave ${variable}=false until nothing is skipped.`;
}

function readArguments() {
  const text = { type: "string" } as const;
  const options = { provider: text, url: text, pact: text, "store-manager-url": text, "payments-url": text } as const;
  try {
    return parseArgs({ options: { ...options, help: { type: "boolean" } } }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${usage}`, { cause: error });
  }
}

function readUrl(option: string, url: string): string {
  if (!/^https?:/.test(url) || !URL.canParse(url))
    throw new UsageError(`${option} is an address like http://127.0.0.1:5000; not "${url}".`);
  return url.replace(/\/+$/, "");
}
