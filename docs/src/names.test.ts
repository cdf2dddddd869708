import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentSchema, proxyVariables, sdkVariables } from "orchestrator/config";
import { stackEnvironment } from "stack/environment";
import { describe, expect, it } from "vitest";
import { mockVariables, orderSaga, paidLaterSaga } from "./generated.ts";
import { readPages, root, workspaces } from "./pages.ts";
import { mockRoutes, orchestratorRoutes, statusesOf } from "./routes.ts";

/** Every piece of inline code, and the page that it is on. */
const inlineCode = readPages().flatMap(({ path, text }) =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => ({ path, code })),
);

describe("every page", () => {
  it("names only routes that the orchestrator or a mock serves", async () => {
    const undescribed = ["/openapi.json", "/docs", "/problems/not-found"];
    expect(await statusesOf(undescribed)).toEqual([200, 200, 200]);
    const served = [
      ...(await orchestratorRoutes({ PAID_LATER_WAIT_MS: "86400000" })),
      ...[...(await mockRoutes()).values()].flat(),
      ...undescribed.map((path) => ({ name: `GET ${path}` })),
    ].map(({ name }) => name.split("/"));
    const named = inlineCode.flatMap(({ path, code }) => {
      const [, route = ""] = /^((?:GET|POST|PUT|DELETE|PATCH) \/[^\s?]*)(?:\?\S*)?$/.exec(code) ?? [];
      return route === "" ? [] : [{ path, route }];
    });
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ route }) => !served.some((each) => isSameRoute(each, route.split("/"))))).toEqual([]);
  });

  it("names only environment variables, and states, that exist", () => {
    const variables = [environmentSchema, mockVariables, stackEnvironment].flatMap(({ shape }) => Object.keys(shape));
    const composed = ["compose.yaml", "compose.existing.yaml"].flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(/\$\{(\w+):-/g)].map(([, name = ""]) => name),
    );
    const states = [...orderSaga.chart.arrows, ...paidLaterSaga.chart.arrows].flatMap(({ from, to }) => [from, to]);
    const traces = [
      "DENO",
      "DENO_CONSOLE",
      "DENO_METRICS",
      "SERVICE_NAME",
      "EXPORTER_OTLP_ENDPOINT",
      "EXPORTER_OTLP_TIMEOUT",
      "TRACES_SAMPLER",
      "TRACES_SAMPLER_ARG",
    ];
    // The runtime's own, Jaeger's, and the state of a saga that cannot be read.
    const known = new Set([
      ...variables,
      ...composed,
      ...sdkVariables,
      ...proxyVariables,
      "NO_PROXY",
      ...states,
      "DENO_V8_FLAGS",
      ...traces.map((name) => `OTEL_${name}`),
      "COLLECTOR_OTLP_ENABLED",
      "UNREADABLE",
    ]);
    const named = inlineCode.flatMap(({ path, code }) => {
      const [, name = ""] = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=\S*)?$/.exec(code) ?? [];
      return name === "" ? [] : [{ path, name }];
    });
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
  });

  it("names only files and folders of the workspace that exist", () => {
    const tops = new Set(workspaces().map((folder) => folder.split("/")[0]));
    const named = inlineCode.filter(({ code }) => /^[\w.-]+\/[\w./-]+$/.test(code) && tops.has(code.split("/")[0]));
    expect(named.length).toBeGreaterThan(10);
    // A check writes the one, and the reader of docs/own-saga.md the other.
    const made = new Set(["contracts/matrix.json", "apps/trips"]);
    expect(named.filter(({ code }) => !made.has(code) && !existsSync(join(root, code)))).toEqual([]);
  });
});

/** Whether two paths are the same, segment by segment, where `{name}` and `…` stand for anything. */
function isSameRoute(served: readonly string[], named: readonly string[]): boolean {
  const isAny = (segment: string) => /^\{.*\}$|^…$/.test(segment);
  return (
    served.length === named.length &&
    served.every((segment, index) => {
      const other = named[index] ?? "";
      return segment === other || isAny(segment) || isAny(other);
    })
  );
}
