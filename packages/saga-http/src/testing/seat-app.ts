import type { OpenAPIHono } from "@hono/zod-openapi";
import { type AutoPause, EmbeddedEngine } from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { expect } from "vitest";
import { z } from "zod";
import { type SagaAppOptions, sagaApp } from "../saga-app.ts";
import { ReplyJudge } from "./reply-judge.ts";
import { type Answers, input, result, SeatSagaController } from "./seat-saga.ts";

interface SetUp {
  readonly journal?: MemoryJournal;
  readonly sagasInFlightMax?: number;
  readonly attemptsMax?: number;
  readonly autoPause?: AutoPause;
  readonly failureRecordsMax?: number;
  /** Options of the app about hosts, origins, links, pages and who may do what. */
  readonly web?: Pick<
    SagaAppOptions,
    | "activity"
    | "build"
    | "dependencies"
    | "earlier"
    | "metrics"
    | "onStream"
    | "openCounts"
    | "swaggerUi"
    | "allowedHosts"
    | "allowedOrigins"
    | "pathPrefix"
    | "trustProxy"
    | "authenticate"
    | "onRefused"
    | "audience"
    | "onRoute"
  >;
}

/** An app on an engine in memory, whose participant answers as the test says. Every reply is compared with the OpenAPI document. */
export function setUp({
  journal = new MemoryJournal(),
  sagasInFlightMax = 100,
  attemptsMax = 1,
  autoPause,
  failureRecordsMax = 64,
  web = {},
}: SetUp = {}) {
  const answers: Answers = {};
  const errors: unknown[] = [];
  const clock = new SimulatedClock();
  const controller = new SeatSagaController(answers, attemptsMax);
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `00000000-0000-7000-8000-${String(ids).padStart(12, "0")}`;
  };
  const onDefect = () => undefined;
  const engine = new EmbeddedEngine({
    controllers: [controller],
    journal,
    clock,
    random: () => 0,
    newId,
    sagasInFlightMax,
    ...(autoPause && { autoPause }),
    failureRecordsMax,
    onDefect,
  });
  const resources = [{ controller, input, result }];
  const app = sagaApp({
    info: { title: "Seats", version: "1" },
    engine,
    index: journal,
    clock,
    resources,
    syncWaitMsMax: 5_000,
    ...web,
    onError: (error) => errors.push(error),
  });
  const request = (path: string, init?: RequestInit) => checkedRequest(app, path, init);
  const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    request(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  const start = (headers: Readonly<Record<string, string>> = {}, body = '{"seat":3}') =>
    request("/saga/seat", { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  const getJson = async (path: string) => bodyOf(await request(path));
  return { app, answers, errors, clock, engine, controller, journal, request, post, start, getJson };
}

const judges = new WeakMap<OpenAPIHono, Promise<ReplyJudge>>();

/** Sends a request, and compares the reply with the app's OpenAPI document. */
export async function checkedRequest(app: OpenAPIHono, path: string, init: RequestInit = {}): Promise<Response> {
  const reply = await app.request(path, init);
  const judge =
    judges.get(app) ??
    Promise.resolve(app.request("/openapi.json")).then(async (document) => new ReplyJudge(await document.json()));
  judges.set(app, judge);
  const isStream = reply.headers.get("content-type")?.includes("event-stream");
  if (!isStream) expect(await (await judge).faultsOf(init.method ?? "GET", path.split("?")[0] ?? "", reply.clone())).toEqual([]);
  return reply;
}

export async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(await response.json());
}

/** The status of a reply and, for a problem, its type. */
export async function statusAndType(response: Response): Promise<readonly [number, unknown]> {
  return [response.status, (await bodyOf(response))["type"]];
}

/** Lets everything happen that needs no further request and no time. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

/** An id that no saga has. */
export const unknownId = "00000000-0000-7000-8000-000000000099";
