import type { TraceContext } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import { DefinitionError } from "../definition/definition-error.ts";
import { parseStable, SchemaError } from "../definition/schema.ts";
import { termsOf } from "../definition/terms.ts";
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
}

/**
 * Finds the definition of a start, and validates the input.
 *
 * @param controllers newest first.
 * @throws StartRefused if there is no such definition (`unknown-definition`), or the input does not fit it (`invalid-input`).
 */
export function prepareStart(controllers: readonly Controller[], { definition, input }: StartRequest): PreparedStart {
  const controller = controllers.find(({ name }) => name === definition);
  if (!controller) throw new StartRefused("unknown-definition", `There is no definition "${definition}".`);
  return { controller, input: readInput(controller, input) };
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
    throw error instanceof SchemaError ? new StartRefused("invalid-input", error.message, { cause: error }) : error;
  }
}

interface Origin {
  readonly id: string;
  readonly at: number;
  readonly input: JsonObject;
  readonly idempotencyKey: string | undefined;
  readonly trace: TraceContext | undefined;
}

/** Makes the first event of a saga, which records everything that later decisions rely on. `at` is in milliseconds since the epoch. */
export function startOf(controller: Controller, { id, at, input, idempotencyKey, trace }: Origin): Started {
  return {
    type: "started",
    at,
    id,
    definition: controller.name,
    version: controller.version,
    input,
    policy: controller.policy,
    fingerprint: controller.fingerprint,
    terms: controller.handlers.map(termsOf),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(trace && { trace }),
  };
}

/**
 * Refuses a repeated start whose definition or input differs from the first one (rule 7).
 *
 * @throws StartRefused if they differ (`key-reused`).
 */
export function refuseOtherInput(controller: Controller, input: JsonObject, first: Pick<Saga, "definition" | "input">): void {
  if (first.definition === controller.name && JSON.stringify(first.input) === JSON.stringify(input)) return;
  throw new StartRefused("key-reused", "This Idempotency-Key already started a saga with another body.");
}
