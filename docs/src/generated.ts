import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pactsDirectory, readPacts } from "contracts";
import { mockEnvironment, signalEnvironment } from "mock-kit";
import { orderSagaOf, paidLaterSagaOf } from "orchestrator/compose";
import { environmentSchema, readConfig } from "orchestrator/config";
import { metricTable } from "orchestrator/metrics";
import {
  allFailures,
  cutCallNames,
  describeEnd,
  existingServicesVariables,
  faultPointsOf,
  instants,
  isPossible,
  isPossibleCut,
  mishaps,
  placeOrdersAtRowLock,
  runOrderCut,
  runOrderWith,
  whereaboutsTable,
} from "orchestrator/testing";
import { readResults } from "runtimes";
import { toMermaid } from "saga-core";
import { problemTypes } from "saga-http";
import { stackEnvironment } from "stack/environment";
import { z } from "zod";
import { classesDiagram, packagesDiagram } from "./diagrams.ts";
import { root } from "./pages.ts";
import { mockDocuments, mockRoutes, orchestratorRoutes } from "./routes.ts";

/** The definition of the order saga. Its chart needs no running participant. */
export const orderSaga = orderSagaOf(readConfig({}));

/** That of an order that is paid later. */
export const paidLaterSaga = paidLaterOf({ PAID_LATER_WAIT_MS: "86400000" });

/** The variables of both mocks. */
export const mockVariables = mockEnvironment(5000).extend(signalEnvironment.shape);

/** The generated blocks of the docs, by name. */
export async function makeGenerated(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["order-saga", `\`\`\`mermaid\n${toMermaid(orderSaga.chart)}\`\`\`\n`],
    ["order-paid-later", `\`\`\`mermaid\n${toMermaid(paidLaterSaga.chart)}\`\`\`\n`],
    ...["order-paid-later-saga", "open-payment", "await-payment"].map((name) => [name, orderCode(name)] as const),
    ["packages", packagesDiagram()],
    ["classes", classesDiagram()],
    ["orchestrator-variables", variablesTable(environmentSchema)],
    ["mock-variables", variablesTable(mockVariables)],
    ["stack-variables", variablesTable(stackEnvironment)],
    ["metrics", metricsTable()],
    ["routes", await routesTable()],
    ["mock-routes", await mockRoutesTable()],
    ["mock-faults", await mockFaultsTable()],
    ["interactions", interactionsTable()],
    ...[
      "trip-app",
      "trip-main",
      "trip-fakes",
      "trip-from-code",
      "keyed-front",
      "link-payment",
      "coupled-service",
      "moving-front",
    ].map((name) => [name, code(name)] as const),
    ["trip-ends", code("trip-ends.test")],
    ["whereabouts", whereaboutsTable()],
    ["problems", problemsTable()],
    ["directly", await orderEndsTable(false)],
    ["behind-the-gateway", await orderEndsTable(true)],
    ["cuts-and-kills", await cutsTable()],
    ["existing-services-variables", variablesBlock(existingServicesVariables)],
    ["row-lock", await rowLockTable()],
    ["runtimes", runtimesTable()],
    ...["deno", "node", "bun"].map((name) => [`runtime-${name}`, codeIn("runtimes/sample", name)] as const),
  ]);
}

function paidLaterOf(variables: Readonly<Record<string, string>>) {
  const saga = paidLaterSagaOf(readConfig(variables));
  if (!saga) throw new Error("An order that is paid later has a time for it.");
  return saga;
}

/** What each runtime was seen to do. Short, because the README shows it too. */
function runtimesTable(): string {
  const rows = Object.entries(readResults()).map(
    ([name, { tests, rest, resumed, console, restate, sentOnce, connections, repeatedByFetch }]) =>
      `|${[name, tests, rest, resumed, console, restate, sentOnce, connections, repeatedByFetch].join("|")}|\n`,
  );
  const heads = [
    "",
    "tests",
    "REST",
    "SQLite, resumed",
    "console",
    "Restate",
    "sent once",
    "keyed connections",
    "`fetch` repeats",
  ];
  return `|${heads.join("|")}|\n|${heads.map(() => "---").join("|")}|\n${rows.join("")}`;
}

function metricsTable(): string {
  const rows = Object.entries(metricTable).map(([name, entry]) => {
    const only = "engine" in entry ? "; with the embedded engine" : "";
    return `| \`${name}\` | ${entry.type} | ${entry.labels.map((label) => `\`${label}\``).join(", ")} | ${entry.help}${only} |\n`;
  });
  return `| metric | type | labels | meaning |\n|---|---|---|---|\n${rows.join("")}`;
}

function variablesTable(schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(([name, variable]) => {
    const { description } = (variable instanceof z.ZodType ? variable.meta() : undefined) ?? {};
    const fallback = String(schema.parse({})[name] ?? "");
    return `| \`${name}\` | ${fallback === "" ? "" : `\`${fallback}\``} | ${description ?? ""} |\n`;
  });
  return `| variable | default | meaning |\n|---|---|---|\n${rows.join("")}`;
}

/** The text of a file beside this one. Tests compile and run it. */
function code(name: string): string {
  return codeIn("docs/src", name);
}

/** The text of a file of the order sagas. */
function orderCode(name: string): string {
  return codeIn("apps/orchestrator/src/order", name);
}

function codeIn(folder: string, name: string): string {
  return `\`\`\`ts\n${readFileSync(join(root, folder, `${name}.ts`), "utf8")}\`\`\`\n`;
}

/** The end of an order after one failure at the existing services, found out by running it. */
async function orderEndsTable(isBehindGateway: boolean): Promise<string> {
  const columns = faultPointsOf(isBehindGateway);
  const rows: string[] = [];
  for (const failure of allFailures) {
    const cells = await Promise.all(
      columns.map(async (point) =>
        isPossible(point, failure) ? describeEnd(await runOrderWith(failure, point, { isBehindGateway })) : "",
      ),
    );
    rows.push(`| ${failure} | ${cells.join(" | ")} |\n`);
  }
  return `| | ${columns.join(" | ")} |\n|---|${columns.map(() => "---|").join("")}\n${rows.join("")}`;
}

/** The end of an order after its connection was cut, or the orchestrator killed, at an instant of one call. */
async function cutsTable(): Promise<string> {
  const columns = mishaps.flatMap((mishap) =>
    instants.filter((instant) => isPossibleCut(instant, mishap)).map((instant) => ({ mishap, instant })),
  );
  const rows: string[] = [];
  for (const call of cutCallNames) {
    const cells = await Promise.all(
      columns.map(async ({ mishap, instant }) => describeEnd(await runOrderCut(call, instant, mishap))),
    );
    rows.push(`| ${call} | ${cells.join(" | ")} |\n`);
  }
  const heads = columns.map(({ mishap, instant }) => `${mishap}: ${instant}`);
  return `| | ${heads.join(" | ")} |\n|---|${heads.map(() => "---|").join("")}\n${rows.join("")}`;
}

/** The ends of orders at the row lock of the existing Store Manager. Which of them complete is left to chance. */
async function rowLockTable(): Promise<string> {
  const rows: string[] = [];
  for (const [orders, callers] of [
    [20, 1],
    [200, 8],
  ] as const) {
    const { completed, cancelled, needHuman } = await placeOrdersAtRowLock({
      orders,
      callers,
      variables: existingServicesVariables,
    });
    rows.push(`| ${orders} | ${callers} | ${completed + cancelled} | ${needHuman} |\n`);
  }
  return `| orders | callers | completed, or undone | need a human |\n|---|---|---|---|\n${rows.join("")}`;
}

function variablesBlock(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  return `\`\`\`sh\n${lines.join("")}\`\`\`\n`;
}

function problemsTable(): string {
  const rows = Object.entries(problemTypes).map(([type, { status, title }]) => `| \`${type}\` | ${status} | ${title} |\n`);
  return `| type | status | what it is |\n|---|---|---|\n${rows.join("")}`;
}

function interactionsTable(): string {
  const pacts = readPacts(pactsDirectory);
  const rows = pacts.flatMap(({ consumer, provider, interactions }) => {
    return interactions.map(({ description, request, response }) => {
      const route = `${request.method} ${request.path.replace(/[0-9a-f-]{36}|\d+/, "…")}`;
      return `| ${consumer} → ${provider} | ${description} | \`${route}\` | ${response.status} |\n`;
    });
  });
  return `| pact | interaction | request | reply |\n|---|---|---|---|\n${rows.join("")}`;
}

async function routesTable(): Promise<string> {
  const rows = (await orchestratorRoutes()).map(
    ({ name, summary, statuses }) => `| \`${name}\` | ${summary} | ${statuses.join(", ")} |\n`,
  );
  return `| route | what it does | statuses |\n|---|---|---|\n${rows.join("")}`;
}

/** The routes of the mocks that the real services do not have. docs/participants.md has the others. */
async function mockRoutesTable(): Promise<string> {
  const mocks = await mockRoutes();
  const controls = [...mocks.values()].flat().filter(({ name }) => name.includes(" /control/"));
  const summaries = new Map(controls.map(({ name, summary }) => [name, summary]));
  const rows = [...summaries].map(([name, summary]) => {
    const owners = [...mocks].filter(([, routes]) => routes.some((route) => route.name === name)).map(([service]) => service);
    return `| \`${name}\` | ${summary} | ${owners.length === mocks.size ? "both" : owners.join(", ")} |\n`;
  });
  return `| route | what it does | mock |\n|---|---|---|\n${rows.join("")}`;
}

const faultSchema = z.object({
  properties: z.object({ fault: z.object({ enum: z.tuple([z.string()]), description: z.string() }) }).catchall(z.unknown()),
  required: z.array(z.string()),
});

const faultsDocument = z.object({
  paths: z.object({
    "/control/faults": z.object({
      post: z.object({
        requestBody: z.object({
          content: z.object({ "application/json": z.object({ schema: z.object({ oneOf: z.array(faultSchema) }) }) }),
        }),
      }),
    }),
  }),
});

/** The faults of both mocks, with the members that they have besides `route` and `times`. Those of signals are faults of Payments. */
async function mockFaultsTable(): Promise<string> {
  const faults = [...(await mockDocuments()).values()].flatMap((document) => {
    const { post } = faultsDocument.parse(document).paths["/control/faults"];
    return post.requestBody.content["application/json"].schema.oneOf;
  });
  const rows = faults.map(({ properties: { fault, ...members }, required }) => {
    const own = Object.keys(members).filter((name) => !["route", "times"].includes(name));
    const shown = own.map((name) => `\`${name}\`${required.includes(name) ? "" : " (optional)"}`);
    return `| \`${fault.enum[0]}\` | ${fault.description} | ${shown.join(", ")} |\n`;
  });
  return `| fault | what the mock does | further members |\n|---|---|---|\n${[...new Set(rows)].join("")}`;
}
