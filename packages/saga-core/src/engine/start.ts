import type { TraceContext } from "../definition/attempt.ts";
import { inScope, isContextText, ofOwner, readContext, type SagaContext } from "../definition/context.ts";
import type { Controller } from "../definition/controller.ts";
import { DefinitionError } from "../definition/definition-error.ts";
import { parseStable, SchemaError } from "../definition/schema.ts";
import { withoutSecretTexts } from "../definition/secret-members.ts";
import { type StepTerms, termsOf } from "../definition/terms.ts";
import type { JsonObject } from "../json.ts";
import { StartRefused, type StartRequest } from "../ports/engine.ts";
import type { Started } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";

/**
 * Sorts definitions, the newest version first: new sagas start with it (rule 11).
 *
 * @throws DefinitionError if two have the same name and version.
 */
export function newestFirst(controllers: readonly Controller[]): readonly Controller[] {
  for (const [index, { name, version }] of controllers.entries()) {
    const isSame = (other: Controller) => other.name === name && other.version === version;
    if (controllers.findIndex(isSame) !== index) throw new DefinitionError(name, `version ${version} is registered twice`);
  }
  return controllers.toSorted((one, other) => other.version - one.version);
}

/** A validated start request, before anything is decided about it. */
export interface PreparedStart {
  /** The newest version of the requested definition. */
  readonly controller: Controller;
  readonly input: JsonObject;
  readonly context: SagaContext | undefined;
  readonly owner: string | undefined;
  /** The caller's key as it is kept: in the scope of the owner, else of the tenant. */
  readonly idempotencyKey: string | undefined;
  /** The same key in the wider scopes that it may have been recorded in before: it answers the same start there. */
  readonly widerKeys: readonly string[];
  readonly trace: TraceContext | undefined;
}

/**
 * Finds the definition of a start, and validates the input and the context.
 *
 * @param controllers newest first.
 * @throws StartRefused if there is no such definition (`unknown-definition`), the input does not fit it (`invalid-input`), or the context
 * does not (`invalid-context`).
 */
export function prepareStart(controllers: readonly Controller[], request: StartRequest): PreparedStart {
  const { definition, owner, trace } = request;
  const controller = controllers.find(({ name }) => name === definition);
  if (!controller) throw new StartRefused("unknown-definition", `There is no definition "${definition}".`);
  const input = readInput(controller, request.input);
  const context = contextOf(controller, request.context);
  if (owner !== undefined && !isContextText(owner))
    throw new TypeError("The owner of a saga must be a text without control characters.");
  const [idempotencyKey, ...widerKeys] = keysOf(request, context?.tenant);
  return { controller, input, owner, context, idempotencyKey, widerKeys, trace };
}

/** A key in its scopes, the narrowest first. */
function keysOf({ owner, idempotencyKey: key }: StartRequest, tenant: string | undefined): readonly string[] {
  if (key === undefined) return [];
  return [...(owner === undefined ? [] : [ofOwner(owner, key)]), ...(tenant === undefined ? [] : [inScope(tenant, key)]), key];
}

function contextOf(controller: Controller, context: unknown): SagaContext | undefined {
  try {
    return readContext(controller.context, context, `The context of ${controller.name}`);
  } catch (error) {
    throw error instanceof SchemaError ? new StartRefused("invalid-context", error.message, { cause: error }) : error;
  }
}

/**
 * Validates the input of a new saga, and gives it in the bytes in which a journal gives it back.
 *
 * @throws StartRefused if it does not fit the definition's schema (`invalid-input`).
 */
export function readInput(controller: Controller, input: unknown): JsonObject {
  try {
    return parseStable(controller.input, input, `The input of ${controller.name}`);
  } catch (error) {
    throw error instanceof SchemaError ? invalidInput(withoutSecretTexts(error, input, controller.secret)) : error;
  }
}

function invalidInput(cause: SchemaError): StartRefused {
  return new StartRefused("invalid-input", cause.message, { cause });
}

interface Origin {
  readonly id: string;
  readonly at: number;
  readonly input: JsonObject;
  readonly idempotencyKey: string | undefined;
  readonly owner?: string | undefined;
  readonly context?: SagaContext | undefined;
  readonly trace: TraceContext | undefined;
}

/** Makes the first event of a saga, which records everything that later decisions rely on. `at` is in milliseconds since the epoch. */
export function startOf(controller: Controller, { id, at, input, idempotencyKey, owner, context, trace }: Origin): Started {
  return {
    type: "started",
    at,
    id,
    definition: controller.name,
    version: controller.version,
    input,
    policy: controller.policy,
    fingerprint: controller.fingerprint,
    terms: allTermsOf(controller),
    rules: 2,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(owner !== undefined && { owner }),
    ...(context && { context }),
    ...(controller.secret.length > 0 && { secret: controller.secret }),
    ...(trace && { trace }),
  };
}

/** Made once for each definition: so a journal sees at a glance that two starts have the same. */
const termsOfDefinitions = new WeakMap<Controller, readonly StepTerms[]>();

function allTermsOf(controller: Controller): readonly StepTerms[] {
  const known = termsOfDefinitions.get(controller);
  if (known) return known;
  const terms = controller.handlers.map(termsOf);
  termsOfDefinitions.set(controller, terms);
  return terms;
}

/** Whether a repeated start has the definition and the input of the first one. Who repeats it for a tenant, and with which headers, may differ. */
export function isSameStart(controller: Controller, input: JsonObject, first: Pick<Saga, "definition" | "input">): boolean {
  return first.definition === controller.name && JSON.stringify(first.input) === JSON.stringify(input);
}

/**
 * Refuses a repeated start whose definition or input differs from the first one (rule 7).
 *
 * @throws StartRefused if they differ (`key-reused`).
 */
export function refuseOtherInput(controller: Controller, input: JsonObject, first: Pick<Saga, "definition" | "input">): void {
  if (isSameStart(controller, input, first)) return;
  throw new StartRefused("key-reused", "This Idempotency-Key already started a saga with another body.");
}
