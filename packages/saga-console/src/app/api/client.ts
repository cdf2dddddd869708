import ky, { isHTTPError, type KyInstance } from "ky";
import { noteColumns } from "../model/columns.ts";
import { ApiError } from "./api-error.ts";
import { type OverviewReply, overviewSchema } from "./overview-reply.ts";
import {
  choicesSchema,
  type Definition,
  type Definitions,
  definitionSchema,
  definitionsSchema,
  eventsSchema,
  type OperatedSaga,
  operatedSchema,
  problemSchema,
  type Saga,
  type SagaEvent,
  type Sagas,
  type Session,
  sagaSchema,
  sagasSchema,
  sessionSchema,
  type z,
} from "./replies.ts";
import { noteServerTime } from "./server-time.ts";

export { ApiError } from "./api-error.ts";

/** The path before the API's routes: the console's own path is `/console` below it. */
export const root: string = document.querySelector<HTMLMetaElement>('meta[name="saga-root"]')?.content ?? "";

/** It tells the host that a request comes from this page, which a page of another origin cannot say. */
export const consoleHeaders = { "x-saga-console": "1" } as const;

const EVENTS_PER_PAGE = 200;

const api: KyInstance = ky.create({
  prefix: root === "" ? "/" : root,
  headers: consoleHeaders,
  // A view reads again by itself, and what a person confirmed is never sent twice.
  retry: 0,
  timeout: 30_000,
  cache: "no-store",
  hooks: { afterResponse: [({ response }) => noteServerTime(response)] },
});

/** Reads a reply of the API. */
export async function read<Value>(
  schema: z.ZodMiniType<Value>,
  path: string,
  options: Parameters<KyInstance>[1] = {},
): Promise<Value> {
  try {
    return schema.parse(await api(path, options).json());
  } catch (error) {
    throw await toApiError(error);
  }
}

async function toApiError(error: unknown): Promise<ApiError> {
  if (!isHTTPError(error)) return new ApiError(error instanceof Error ? error.message : String(error), { cause: error });
  const { response, data } = error;
  const problem = problemSchema.safeParse(data);
  const status = response.status;
  if (!problem.success) return new ApiError(`HTTP ${status}`, { status, cause: error });
  return new ApiError(problem.data.detail || problem.data.title, { status, problem: problem.data, cause: error });
}

const segment = encodeURIComponent;

export async function readSession(): Promise<Session> {
  return await read(sessionSchema, "console/session");
}

/** @throws ApiError 401 if the token does not count. */
export async function signIn(token: string): Promise<Session> {
  return await read(sessionSchema, "console/session", { method: "POST", json: { token } });
}

export async function signOut(): Promise<void> {
  await api("console/session", { method: "DELETE" });
}

/** @param search the query of `GET /sagas`. */
export async function readSagas(search: URLSearchParams): Promise<Sagas> {
  return await read(sagasSchema, `sagas?${search}`);
}

export async function readSaga(id: string): Promise<Saga> {
  return await read(sagaSchema, `sagas/${segment(id)}`);
}

/** The whole history, page after page. */
export async function readEvents(id: string): Promise<readonly SagaEvent[]> {
  const events: SagaEvent[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page: z.output<typeof eventsSchema> = await read(
      eventsSchema,
      `sagas/${segment(id)}/events?limit=${EVENTS_PER_PAGE}&after=${after}`,
    );
    events.push(...page.items);
    after = page.next_after;
  }
  return events;
}

export async function readOverview(): Promise<OverviewReply> {
  return await read(overviewSchema, "overview");
}

export async function readChoices(id: string): Promise<z.output<typeof choicesSchema>["items"]> {
  return (await read(choicesSchema, `sagas/${segment(id)}/choices`)).items;
}

/** Those that new sagas start with. */
export async function readDefinitions(): Promise<readonly Definition[]> {
  return (await readRegistered()).items;
}

/** Those, and earlier versions. */
export async function readRegistered(): Promise<Definitions> {
  const definitions = await read(definitionsSchema, "definitions");
  noteColumns(definitions.items);
  return definitions;
}

/** Every version that is described, for sagas of any age. */
export async function readAllVersions(): Promise<readonly Definition[]> {
  const { items, earlier } = await readRegistered();
  return [...items, ...earlier];
}

/** What a person asks for, as the route and the body that ask for it. */
export interface Operation {
  readonly route: "cancel" | "retry" | "resolve" | "end-wait" | "acknowledge";
  readonly body: Readonly<Record<string, unknown>>;
}

/** @throws ApiError 403 without the role, 409 if the saga does not allow it now, 422 if a member is wrong. */
export async function perform(id: string, { route, body }: Operation): Promise<OperatedSaga> {
  return await read(operatedSchema, `sagas/${segment(id)}/${route}`, { method: "POST", json: body });
}

/** @param body who pauses it, and why; nobody records why it is resumed. */
export async function setPause(definition: string, paused: boolean, body: Readonly<Record<string, string>>): Promise<Definition> {
  const path = `definitions/${segment(definition)}/${paused ? "pause" : "resume"}`;
  return await read(definitionSchema, path, { method: "POST", ...(paused && { json: body }) });
}
