import process from "node:process";
import { parseArgs } from "node:util";
import ansis from "ansis";
import { messageOf } from "./message-of.ts";
import { kindOf, type Pact, readPacts } from "./pact.ts";
import { pactsDirectory } from "./paths.ts";
import { isProviderName, providerNames } from "./provider.ts";
import type { InteractionResult } from "./verifier-task.ts";
import { type ProviderVerification, VerifierError, verifyProvider } from "./verify-provider.ts";

const usage = `Verifies a running service against the pacts of its consumers in this repository.

  pnpm contracts:verify --provider store-manager --url http://host:5000

  --provider            ${providerNames.join(", ")}
  --url                 the URL of the service
  --pact                verify only this pact (base, optional, keyed), and fail unless all of it passes and nothing is
                        skipped; without it, all pacts are verified, and base must not fail; without a base, none may
  --store-manager-url   for the orchestrator: the Store Manager behind it, at which states are set
  --payments-url        for the orchestrator: the Payments API behind it

It WRITES to the service: it creates orders and sets stocks. Use a service with test data only.
`;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** The command line is wrong; the message says how to correct it. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Request {
  readonly verification: ProviderVerification;
  /** The pact that must pass completely. Absent: the base pact must not fail. */
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
  if (!isProviderName(provider))
    throw new UsageError(`--provider must be one of: ${providerNames.join(", ")}; not "${provider}".`);
  const pacts = readPacts(pactsDirectory).filter((pact) => pact.provider === provider);
  const selected = pacts.filter((pact) => only === undefined || kindOf(pact) === only);
  if (selected.length === 0) throw new UsageError(`--pact must be one of: ${pacts.map(kindOf).join(", ")}; not "${only}".`);
  const services = {
    provider: readUrl("--url", url),
    ...(behind["store-manager-url"] && { storeManager: readUrl("--store-manager-url", behind["store-manager-url"]) }),
    ...(behind["payments-url"] && { payments: readUrl("--payments-url", behind["payments-url"]) }),
  };
  return { only, verification: { provider, services, pactsDirectory, pacts: selected } };
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
  if (only !== undefined) return tallies.every(isComplete) ? 0 : 1;
  // Providers other than the participants have no base pact: they must pass all of theirs.
  const base = tallies.filter(({ kind }) => kind === "base");
  const required = base.length > 0 ? base : tallies;
  return required.every(({ failed }) => failed === 0) ? 0 : 1;
}

/** How many interactions of a pact had which result. */
interface Tally {
  readonly kind: string;
  readonly interactions: number;
  readonly passed: number;
  readonly tolerable: number;
  readonly failed: number;
  readonly skipped: number;
}

function tallyOf(pact: Pact, results: readonly InteractionResult[]): Tally {
  const countOf = (result: InteractionResult["result"]) => {
    return results.filter((one) => one.pact === pact.file && one.result === result).length;
  };
  const interactions = pact.interactions.length;
  return {
    kind: kindOf(pact),
    interactions,
    passed: countOf("passed"),
    tolerable: countOf("tolerable"),
    failed: countOf("failed"),
    skipped: countOf("skipped"),
  };
}

function isComplete({ passed, tolerable, interactions }: Tally): boolean {
  return passed + tolerable === interactions;
}

function printResult({ interaction, result, reasons }: InteractionResult): void {
  const mark = { passed: ansis.green("✓"), tolerable: ansis.yellow("≈"), failed: ansis.red("✗"), skipped: ansis.yellow("○") }[
    result
  ];
  const remark = {
    passed: "",
    tolerable: ": the reply differs, and the saga can live with it",
    failed: "",
    skipped: ": skipped",
  }[result];
  print(`  ${mark} ${interaction}${remark}`);
  for (const reason of reasons) print(ansis.dim(`      ${reason}`));
}

function count({ passed, tolerable, failed, skipped }: Tally): string {
  const differing = tolerable > 0 ? `, ${tolerable} differing` : "";
  return `${passed} passed${differing}, ${failed} failed, ${skipped} skipped`;
}

/** What the results mean for an operator who runs the orchestrator with this service. */
function verdict(tally: Tally, provider: string): string {
  const isRed = tally.failed > 0;
  if (tally.kind === "optional") return isRed ? "This pact need not pass." : "";
  if (tally.kind !== "keyed") return isRed ? "The consumers cannot work with it." : "The consumers can work with it.";
  const variable = `${provider.toUpperCase().replaceAll("-", "_")}_KEYED`;
  if (isRed) return `Leave ${variable}=false.`;
  return isComplete(tally)
    ? `It may be configured with ${variable}=true.`
    : `Not proven: leave ${variable}=false until nothing is skipped.`;
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
    throw new UsageError(`${option} must be a URL like http://127.0.0.1:5000, not "${url}".`);
  return url.replace(/\/+$/, "");
}
