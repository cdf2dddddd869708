import { setImmediate } from "node:timers/promises";
import { type Controller, defaultPolicy, EmbeddedEngine, OperationRefused, type Policy, type Saga, stateOf } from "saga-core";
import { isAtRest, waitingFor } from "saga-core/engine";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { sagaApp } from "saga-http";
import { z } from "../../api/replies.ts";
import { clientAnswerOf } from "../client-answer.ts";
import { endingOf, type Foretold } from "../foretold.ts";
import { type ForetoldCall, inRows } from "../foretold-call.ts";
import { type ToldDefinition, toldDefinitionSchema } from "../told-definition.ts";
import type { Mishap } from "../trouble.ts";
import { RealController } from "./real-controller.ts";

/** Turns of the event loop after which nothing is left to do but to wait for the clock. */
const QUIET_TURNS = 3;
const WAKES_MAX = 5_000;

/** A definition, and what a saga of it needs. */
export interface Subject {
  readonly definition: Controller;
  readonly policy?: Partial<Policy>;
  readonly input?: unknown;
  readonly results?: Readonly<Record<string, object>>;
}

/** What can be seen of a saga in which something went wrong. */
export type Seen = Pick<Foretold, "ending" | "state" | "calls" | "durationMs" | "isCancelRefused" | "client">;

/** A saga of the subject, by the real engine at participants that have a mishap. */
export async function playForReal(subject: Subject, mishap: Mishap): Promise<Seen> {
  let isCancelRefused = false;
  const cancel = async (id: string) => {
    await engine.cancel(id, {}).catch((error: unknown) => {
      if (!(error instanceof OperationRefused)) throw error;
      isCancelRefused = true;
    });
  };
  const { definition, results = {}, input = {} } = subject;
  const policy = policyOf(subject);
  const controller = new RealController({ definition, policy, mishap, results, cancel });
  const { engine, clock } = engineOf([controller]);
  const calls: Omit<ForetoldCall, "count">[] = [];
  let latest: Saga | undefined;
  engine.subscribe(({ saga }, event) => {
    latest = saga;
    if (event.type === "answered") calls.push({ step: event.step, action: event.action, outcome: event.outcome.outcome });
  });
  const { id } = await engine.start({ definition: controller.name, input });
  let isCancelled = false;
  /** What comes from outside to a saga that waits; false: nothing does. */
  const comeTo = async (step: string | undefined): Promise<boolean> => {
    const handler = controller.handlers.find((each) => each.step === step);
    if (step === undefined || handler?.how !== "wait") return false;
    const trouble = step === mishap.step ? mishap.trouble : undefined;
    if (trouble === "cancelled" && !isCancelled) {
      isCancelled = true;
      await cancel(id);
      return true;
    }
    if (!handler.accepts || trouble === "silent") return false;
    await engine.signal(id, step, trouble === "refused" ? { no: "no" } : (results[step] ?? {}));
    return true;
  };
  for (let wakes = 0; wakes < WAKES_MAX; wakes += 1) {
    do {
      for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) await setImmediate();
    } while (latest && !isAtRest(latest) && (await comeTo(waitingFor(latest))));
    if (!clock.isWaiting) break;
    clock.advance();
  }
  const found = await engine.get(id);
  if (!found) throw new Error("the saga is not kept");
  const { saga } = found;
  return {
    ending: endingOf(saga),
    state: stateOf(controller, saga),
    calls: inRows(calls),
    durationMs: saga.updatedAt - saga.createdAt,
    isCancelRefused,
    client: clientAnswerOf(saga),
  };
}

/** What the API tells of the definitions of these subjects, in their order. */
export async function tell(subjects: readonly Subject[]): Promise<readonly ToldDefinition[]> {
  const mishap: Mishap = { step: "", trouble: "refused" };
  const cancel = async () => undefined;
  const earlier = subjects.map(
    (subject) => new RealController({ definition: subject.definition, policy: policyOf(subject), mishap, results: {}, cancel }),
  );
  const { engine, clock, journal, onDefect } = engineOf([]);
  const info = { title: "Samples", version: "1" };
  const shared = { info, engine, index: journal, clock, syncWaitMsMax: 0, onError: onDefect };
  const app = sagaApp({ ...shared, resources: [], earlier });
  const reply: unknown = await (await app.request("/definitions")).json();
  return z.object({ earlier: z.array(toldDefinitionSchema) }).parse(reply).earlier;
}

function policyOf({ policy }: Subject): Policy {
  return { ...defaultPolicy, ...policy };
}

function engineOf(controllers: readonly Controller[]) {
  const [clock, journal] = [new SimulatedClock(), new MemoryJournal()];
  const onDefect = (error: unknown) => {
    throw error;
  };
  const engine = new EmbeddedEngine({
    controllers,
    journal,
    clock,
    random: () => 0.5,
    newId: () => crypto.randomUUID(),
    sagasInFlightMax: 10,
    onDefect,
  });
  return { engine, clock, journal, onDefect };
}
