import { ReplyJudge } from "saga-http/testing";
import { z } from "zod";
import type { Api, ApiRoute } from "./api-routes.ts";
import type { HttpReply } from "./http-reply.ts";
import type { RawTalk } from "./raw-talk.ts";
import type { FuzzRequest, SurfaceName } from "./request.ts";
import { mayUse } from "./who-may.ts";

const problem = z.looseObject({ type: z.string(), status: z.int(), title: z.string() });

export interface JudgeOptions {
  readonly api: Api;
  /** The OpenAPI document of each port. */
  readonly documents: Readonly<Record<SurfaceName, unknown>>;
  /** The types of problems that have a page. */
  readonly problemTypes: ReadonlySet<string>;
}

/** The end of a saga is a 503 too; the same start always gets it, so that it has no `Retry-After`. */
const END_TYPE = "participant-unavailable";
/** Of what HTTP itself refuses, before it is a request of the API. */
const NO_TYPE = "about:blank";

/** Says what is wrong with a reply. */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #judges: Readonly<Record<SurfaceName, ReplyJudge>>;

  constructor(options: JudgeOptions) {
    this.#options = options;
    const { callers, operators } = options.documents;
    this.#judges = { callers: new ReplyJudge(callers), operators: new ReplyJudge(operators) };
  }

  /** The documented route of a request, if it has one. */
  routeOf({ method, target }: Pick<FuzzRequest, "method" | "target">): ApiRoute | undefined {
    const path = pathOf(target);
    const fits = this.#options.api.routes.filter(
      (route) =>
        (route.method === method || (method === "HEAD" && route.method === "GET")) &&
        new RegExp(`^${route.template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
    );
    return fits.toSorted((one, other) => placeholders(one) - placeholders(other))[0];
  }

  async faultsOf(request: FuzzRequest, reply: HttpReply): Promise<readonly string[]> {
    const { method, target, surface, credential } = request;
    const route = this.routeOf(request);
    const isAllowed = route === undefined || mayUse(credential, route);
    const isHead = method === "HEAD";
    const ofDocument = isHead ? [] : await this.#judges[surface].faultsOf(method, pathOf(target), responseOf(reply));
    return [
      ...this.#faultsOfReply(reply, { isHead, hasType: true }),
      ...(isAllowed || reply.status >= 400 ? [] : [`${credential} was let in (${reply.status})`]),
      ...ofDocument,
    ];
  }

  faultsOfTalk({ isRefused }: RawTalk, reply: HttpReply): readonly string[] {
    const faults = this.#faultsOfReply(reply, { isHead: false, hasType: false });
    return isRefused && reply.status < 400 ? [...faults, `it was accepted (${reply.status})`] : faults;
  }

  #faultsOfReply({ status, headers, body }: HttpReply, { isHead, hasType }: Expected): readonly string[] {
    if (status < 400) return [];
    const contentType = headers.get("content-type") ?? "none";
    if (!contentType.startsWith("application/problem+json")) return [`a ${status} is no problem+json, but ${contentType}`];
    if (isHead) return status === 503 || status < 500 ? [] : [`a ${status}`];
    const { data } = problem.safeParse(parse(body.toString()));
    return data === undefined
      ? [`a ${status} has no problem in its body`]
      : this.#faultsOfProblem(data, { status, headers, hasType });
  }

  #faultsOfProblem(
    data: z.output<typeof problem>,
    { status, headers, hasType }: Pick<HttpReply, "status" | "headers"> & Pick<Expected, "hasType">,
  ): readonly string[] {
    const isKnown = this.#options.problemTypes.has(data.type) || (data.type === NO_TYPE && !hasType);
    const isTransient = status === 503 && (headers.has("retry-after") || data.type === END_TYPE);
    return [
      ...(isKnown ? [] : [`a ${status} has the undocumented type ${data.type}`]),
      ...(data.status === status ? [] : [`a ${status} says that it is a ${data.status}`]),
      ...(status < 500 || isTransient ? [] : [`a ${status} of the type ${data.type}`]),
    ];
  }
}

interface Expected {
  /** Whether the reply has no body. */
  readonly isHead: boolean;
  /** Whether its problem must have a type of the API. */
  readonly hasType: boolean;
}

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  return target.split(/[?#]/)[0] ?? "";
}

function placeholders({ template }: ApiRoute): number {
  return template.split("{").length;
}

function responseOf({ status, headers, body }: HttpReply): Response {
  return new Response(status === 204 || status === 304 ? null : new Uint8Array(body), { status, headers });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
