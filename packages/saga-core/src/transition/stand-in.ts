import type { SagaContext } from "../definition/context.ts";
import { DefinitionError } from "../definition/definition-error.ts";
import { defaultPolicy } from "../definition/policy.ts";
import { StandInController } from "../definition/stand-in-controller.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { begin } from "./apply-event.ts";
import { readRecordedContext } from "./read-event.ts";
import { UnreadableEvent } from "./record-members.ts";
import type { Saga } from "./saga.ts";

interface Unreadable {
  readonly id: string;
  /** The number of its last record. */
  readonly seq: number;
  /** Its first record as it is in the journal, damaged or of a version that is not known. */
  readonly start: unknown;
  readonly reason: "unregistered" | "unreadable";
}

/** A stand-in for a saga that cannot be read, made from its start as far as that can be read: it needs a human, and nothing is guessed (rule 11). */
export function standInFor({ id, seq, start: first, reason }: Unreadable): {
  readonly saga: Saga;
  readonly controller: StandInController;
} {
  const start = isJsonObject(first) ? first : {};
  const { fingerprint, at, input, owner } = start;
  const context = contextIn(start);
  const controller = controllerFor(start, reason === "unregistered" ? "UNREGISTERED" : "UNREADABLE");
  const begun = begin(controller, {
    type: "started",
    at: typeof at === "number" ? at : 0,
    id,
    definition: controller.name,
    version: controller.version,
    input: isJsonObject(input) ? input : {},
    policy: defaultPolicy,
    fingerprint: typeof fingerprint === "string" ? fingerprint : "",
    terms: [],
    ...(typeof owner === "string" && { owner }),
    ...(context && { context }),
    ...(start["secret"] !== undefined && { secret: secretIn(start["secret"]) }),
  });
  const step = begun.steps[0]?.step ?? "";
  const phase = { name: "needs-intervention", step, action: "run", reason, during: { name: "forward" } } as const;
  return { controller, saga: { ...begun, seq, phase } };
}

/** Whose saga it is counts also where nothing else of it can be read: to others it does not exist. */
function contextIn({ context }: JsonObject): SagaContext | undefined {
  try {
    return isJsonObject(context) ? readRecordedContext(context) : undefined;
  } catch (error) {
    if (error instanceof UnreadableEvent) return undefined;
    throw error;
  }
}

function secretIn(secret: Json): readonly string[] {
  return (Array.isArray(secret) ? secret : []).filter((path: Json) => typeof path === "string");
}

function controllerFor({ definition, version, terms }: JsonObject, state: "UNREGISTERED" | "UNREADABLE"): StandInController {
  try {
    return new StandInController({ name: String(definition), version: Number(version), steps: stepNamesIn(terms), state });
  } catch (error) {
    // Its start is damaged too.
    if (error instanceof DefinitionError) return new StandInController({ name: "unknown", version: 1, steps: [], state });
    throw error;
  }
}

function stepNamesIn(terms: unknown): readonly string[] {
  const names = (Array.isArray(terms) ? terms : []).flatMap((each: unknown) =>
    isJsonObject(each) && typeof each["step"] === "string" ? [each["step"]] : [],
  );
  return [...new Set(names)];
}
