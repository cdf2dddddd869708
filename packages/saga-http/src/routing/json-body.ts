import type { HonoRequest } from "hono";
import { parseExactJson } from "saga-core";
import { type FoundInexactNumber, findInexactNumbers, pointer } from "saga-core/engine";
import { type InvalidMember, invalidRequest } from "../problems/invalid-request.ts";
import { ProblemError } from "../problems/problem.ts";

interface JsonBodyOptions {
  /** Whether no body at all is read as `{}`. Default: false. */
  readonly isOptional?: boolean;
}

/**
 * Reads a request's body as JSON. A number that would become another one is refused
 * at any depth: otherwise a saga would run with a number that nobody sent.
 *
 * @throws ProblemError for a body that is no JSON in UTF-8, for another Content-Type, for a coding that is not undone here, for an inexact
 * number, and for one that nests too deep.
 */
export async function readJsonBody(request: HonoRequest, { isOptional = false }: JsonBodyOptions = {}): Promise<unknown> {
  if (isOptional && (await request.arrayBuffer()).byteLength === 0) return {};
  const contentType = request.header("content-type") ?? "";
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType)) {
    const detail = `The Content-Type is ${contentType ? `"${contentType}"` : "missing"}; it must be application/json.`;
    throw new ProblemError("unsupported-media-type", { detail });
  }
  refuseCodings(request);
  const value = await parseBody(request);
  if (isNestedDeeperThan(NESTING_MAX, value)) {
    throw invalidRequest([{ pointer: "", detail: `must not nest its members deeper than ${NESTING_MAX} levels` }]);
  }
  const inexact = findInexactNumbers(value, INEXACT_NUMBERS_MAX);
  if (inexact.length > 0) throw invalidRequest(inexact.map(inexactMember));
  return value;
}

/** A body that says it is compressed is not read as if it were not: a proxy that undoes the coding would see another body than this app. */
function refuseCodings(request: HonoRequest): void {
  const content = request.header("content-encoding") ?? "identity";
  const transfer = request.header("transfer-encoding") ?? "chunked";
  if (/^identity$/i.test(content) && /^chunked$/i.test(transfer)) return;
  const detail = "The body must be sent as it is: without a Content-Encoding, and with no Transfer-Encoding but chunked.";
  throw new ProblemError("unsupported-media-type", { detail, headers: { "accept-encoding": "identity" } });
}

/** So many are named: a hostile body may hold thousands, each with a pointer that is as long as the body. */
const INEXACT_NUMBERS_MAX = 10;

/** How deep members may nest (rule 9): a hostile body may nest deeper than the stack of those that read it later is. */
const NESTING_MAX = 100;

/** Level by level, because recursion would end where this is to begin. */
function isNestedDeeperThan(max: number, value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > max) return true;
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return false;
}

async function parseBody(request: HonoRequest): Promise<unknown> {
  try {
    return parseExactJson(new TextDecoder("utf-8", { fatal: true }).decode(await request.arrayBuffer()));
  } catch (error) {
    const detail = `The body cannot be read as JSON: ${withoutBody(error instanceof Error ? error.message : String(error))}`;
    throw new ProblemError("malformed-json", { detail, cause: error });
  }
}

/** A runtime quotes a part of the body, which may be a secret: here nobody knows what of it is. */
function withoutBody(message: string): string {
  return message.replace(/,?\s*(\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, "");
}

function inexactMember({ path, source }: FoundInexactNumber): InvalidMember {
  const example = source.length > 40 ? `${source.slice(0, 40)}…` : source;
  const detail = `must be a number that stays the same when it is parsed and written again; ${example} would become ${Number(source)}`;
  return { pointer: pointer({ message: "", path }), detail };
}
