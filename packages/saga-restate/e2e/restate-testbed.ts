import { setTimeout } from "node:timers/promises";
import { systemClock } from "saga-clock";
import { type AutoPause, type Controller, defaultGateLimits, type GateLimits, type Observer, type Policy } from "saga-core";
import { isAtRest } from "saga-core/engine";
import {
  contractSteps,
  type EngineScene,
  type EngineSubject,
  ScriptedController,
  ScriptedWorld,
  type StepScript,
} from "saga-core/testing";
import { listenForRestate, type RestateEndpoint, RestateEngine } from "saga-restate";
import { RestateAdmin } from "saga-restate/testing";
import { RestateNode } from "test-kit/restate";
import { v7 as uuidv7 } from "uuid";
import type { SwitchedAddress } from "./switched-address.ts";

const HOUR_MS = 3_600_000;
const LOOK_MS = 20;
const LOOKS_MAX = 2_000;

/** Real time: waits are short. */
const quick = { backoffMsBase: 5, backoffMsMax: 20 };

/** A process: an engine, and the endpoint where Restate calls it. */
export interface EngineProcess {
  readonly engine: RestateEngine;
  readonly endpoint: RestateEndpoint;
  readonly defects: unknown[];
  readonly stop: () => Promise<void>;
}

export interface ServeOptions {
  readonly namespace?: string;
  readonly gateLimits?: GateLimits;
  readonly autoPause?: AutoPause | undefined;
  readonly observers?: readonly Observer[] | undefined;
  readonly port?: number;
  /** How long keys are kept after the end of their sagas, in milliseconds. Default: an hour. */
  readonly keysMs?: number;
  /** A clock for the deletion of keys. Default: the engine's. */
  readonly deletionTime?: { now(): number | undefined };
  /** Where Restate finds the process; it is switched to it. */
  readonly address?: SwitchedAddress;
}

/** A Restate node for a test file, and processes with engines on it. */
export class RestateTestbed {
  readonly node: RestateNode;
  readonly #processes: EngineProcess[] = [];
  #namespaces = 0;

  private constructor(node: RestateNode) {
    this.node = node;
  }

  static async start(): Promise<RestateTestbed> {
    return new RestateTestbed(await RestateNode.start());
  }

  /** A namespace for a new installation. */
  newNamespace(): string {
    this.#namespaces += 1;
    return `testbed${this.#namespaces}`;
  }

  /** A process that serves these definitions, registered at the given address or one of its own. */
  async serve(controllers: readonly Controller[], options: ServeOptions = {}): Promise<EngineProcess> {
    const { namespace = this.newNamespace(), gateLimits = defaultGateLimits, autoPause, port = 0, address } = options;
    const { keysMs = HOUR_MS, deletionTime, observers } = options;
    const defects: unknown[] = [];
    const engine = new RestateEngine({
      controllers,
      ingressUrl: this.node.ingressUrl,
      adminUrl: this.node.adminUrl,
      namespace,
      clock: systemClock,
      random: Math.random,
      newId: uuidv7,
      sagasInFlightMax: 1_000,
      gateLimits,
      ...(autoPause && { autoPause }),
      ...(observers && { observers }),
      retention: { sagasMs: HOUR_MS, keysMs },
      ...(deletionTime && { deletionTime }),
      onDefect: (error) => defects.push(error),
    });
    const endpoint = await listenForRestate({ services: engine.services, host: "127.0.0.1", port, onWarning: () => undefined });
    address?.to(endpoint.port);
    await engine.register(address?.url ?? `http://127.0.0.1:${endpoint.port}`);
    const stop = async () => {
      await engine.drain(0);
      await endpoint.close(0);
    };
    const served = { engine, endpoint, defects, stop };
    this.#processes.push(served);
    return served;
  }

  /** Two processes at one address, each with participants of its own, so that a test sees which of them called. `one` runs the sagas. */
  async serveTwo(
    address: SwitchedAddress,
    steps: readonly StepScript[],
    worlds: readonly [ScriptedWorld, ScriptedWorld],
    policy: Partial<Policy> = {},
  ): Promise<{ readonly one: EngineProcess; readonly other: EngineProcess }> {
    const namespace = this.newNamespace();
    const patient = { ...quick, deadlineMs: 600_000, ...policy };
    const serve = (world: ScriptedWorld) => this.serve([new ScriptedController(steps, world, patient)], { namespace, address });
    const other = await serve(worlds[1]);
    const one = await serve(worlds[0]);
    return { one, other };
  }

  /** An engine for a scene of the contract. */
  async subject(scene: Partial<EngineScene>): Promise<EngineSubject> {
    const { steps = contractSteps, faults = {}, policy = {}, autoPause, context, observers } = scene;
    const world = new ScriptedWorld(faults);
    const controller = new ScriptedController(steps, world, { ...quick, ...policy }, { context });
    const { engine } = await this.serve([controller], { autoPause, observers });
    return {
      engine,
      world,
      start: async () => {
        const { id, accepted } = await engine.start({ definition: "scripted", input: {} });
        await accepted;
        return id;
      },
      rest: (sagaId) => restOf(engine, sagaId),
      until,
      pass: (ms) => setTimeout(ms),
    };
  }

  /** Restate's id for the workflow of a saga. */
  async invocationOf(sagaId: string): Promise<string> {
    const sql = `SELECT id FROM sys_invocation WHERE target_service_key = '${sagaId}' AND target_handler_name = 'run'`;
    const [row] = await new RestateAdmin(this.node.adminUrl).query(sql);
    return String(row?.["id"]);
  }

  /** How often Idempotency-Keys of an installation were kept on, because a clock may be wrong. */
  async keptOn(namespace: string): Promise<readonly number[]> {
    const sql = `SELECT value_utf8 FROM state WHERE starts_with(service_name, '${namespace}.') AND key = 'kept-on'`;
    return (await new RestateAdmin(this.node.adminUrl).query(sql)).map((row) => Number(row["value_utf8"]));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.stop()));
    await this.node.stop();
  }
}

/** Resolves with the saga when it is at rest. */
export async function restOf(engine: RestateEngine, sagaId: string) {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const found = await engine.get(sagaId);
    if (found && isAtRest(found.saga)) return found.saga;
    await setTimeout(LOOK_MS);
  }
  throw new Error(`Saga ${sagaId} is not at rest: ${JSON.stringify((await engine.get(sagaId))?.saga)}`);
}

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (await isSo()) return;
    await setTimeout(LOOK_MS);
  }
  throw new Error("The condition did not come about.");
}
