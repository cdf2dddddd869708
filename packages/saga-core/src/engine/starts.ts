import type { Controller } from "../definition/controller.ts";
import { observed } from "../observed.ts";
import type { Clock } from "../ports/clock.ts";
import type { StartedSaga, StartRefused, StartRequest } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Saga } from "../transition/saga.ts";
import type { Admissions } from "./admissions.ts";
import type { AutomaticPauses, PauseVerdict } from "./automatic-pauses.ts";
import type { CompletionWaiters } from "./completion-waiters.ts";
import type { Pauses } from "./pauses.ts";
import { startRefusal } from "./refusals.ts";
import type { Origin } from "./run-position.ts";
import type { SagaReader } from "./saga-reader.ts";
import type { SagaRun } from "./saga-run.ts";
import type { SagaRuns } from "./saga-runs.ts";
import { isSameStart, type PreparedStart, prepareStart, refuseOtherInput, startOf } from "./start.ts";
import { type StartCorrelations, startClaims } from "./start-correlations.ts";

export interface StartPorts {
  /** Newest first. */
  readonly controllers: readonly Controller[];
  readonly clock: Clock;
  readonly newId: () => string;
  readonly sagasInFlightMax: number;
  readonly journal: Pick<Journal, "failure" | "idOfKey">;
  readonly reader: SagaReader;
  readonly runs: SagaRuns;
  readonly pauses: Pick<Pauses, "all">;
  readonly automatic: Pick<AutomaticPauses, "verdictOn" | "beginTrial" | "withdraw">;
  readonly admissions: Pick<Admissions, "turn" | "begin" | "withdraw" | "waiting">;
  readonly correlations: Pick<StartCorrelations, "whileFree">;
  readonly waiters: CompletionWaiters;
  readonly isDraining: () => boolean;
  readonly run: (controller: Controller, origin: Origin) => SagaRun;
}

/** A saga that begins, or that an earlier start with the same key made. */
interface Start {
  readonly saga: Saga;
  readonly started: StartedSaga;
}

/** Starts sagas: exactly one for each key (rule 7). */
export class Starts {
  readonly #ports: StartPorts;
  readonly #underWay = new Map<string, Promise<Start>>();

  constructor(ports: StartPorts) {
    this.#ports = ports;
  }

  /** @throws StartRefused, or JournalError while nothing can be written. */
  async start(request: StartRequest): Promise<StartedSaga> {
    const prepared = prepareStart(this.#ports.controllers, request);
    const { controller, input, idempotencyKey } = prepared;
    if (idempotencyKey === undefined) {
      const begun = this.#begin(prepared);
      return (begun instanceof Promise ? await begun : begun).started;
    }
    const find = async () => (await this.#findByKey(idempotencyKey)) ?? (await this.#findInWiderScope(prepared));
    const { saga, started } = await this.#once(idempotencyKey, find, () => this.#begin(prepared));
    refuseOtherInput(controller, input, saga);
    return started;
  }

  /** A concurrent start joins the one under way; a later one is found in the journal. */
  async #once(key: string, find: () => Promise<Start | undefined>, begin: () => Start | Promise<Start>): Promise<Start> {
    const joined = this.#underWay.get(key);
    if (joined !== undefined) return await joined;
    const starting = find().then((found) => found ?? begin());
    this.#underWay.set(key, starting);
    try {
      const start = await starting;
      // Once it is accepted, the journal finds it.
      await start.started.accepted;
      return start;
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** A key that was recorded before there were owners or tenants answers the same start of any of them; another start is no repetition. */
  async #findInWiderScope({ controller, input, widerKeys }: PreparedStart): Promise<Start | undefined> {
    for (const key of widerKeys) {
      const found = await this.#findByKey(key);
      if (found && isSameStart(controller, input, found.saga)) return found;
    }
    return undefined;
  }

  async #findByKey(key: string): Promise<Start | undefined> {
    const { journal, runs, reader } = this.#ports;
    const id = await journal.idOfKey(key);
    const found = id === undefined ? undefined : (runs.get(id) ?? (await reader.load(id)));
    if (id === undefined || !found) return undefined;
    return { saga: found.saga, started: this.#started(id, Promise.resolve()) };
  }

  /** A promise: the start waits for its turn. */
  #begin(prepared: PreparedStart): Start | Promise<Start> {
    const { controller } = prepared;
    this.#mayStart(controller);
    const turn = this.#ports.admissions.turn(controller);
    const enter = (crowded: StartRefused | undefined) => {
      if (crowded) throw crowded;
      return this.#enter(prepared);
    };
    return turn instanceof Promise ? turn.then(enter) : enter(turn);
  }

  /** The saga that was admitted begins, or gives its place back. */
  #enter(prepared: PreparedStart): Start | Promise<Start> {
    const { controller, input, context } = prepared;
    const withdraw = (error: unknown): never => {
      this.#ports.admissions.withdraw(controller);
      throw error;
    };
    try {
      const { correlations } = this.#ports;
      const claims = startClaims(controller, input, context);
      const run = () => this.#run(prepared);
      return claims.length === 0 ? run() : correlations.whileFree(controller.name, claims, run).catch(withdraw);
    } catch (error) {
      return withdraw(error);
    }
  }

  #run({ controller, ...origin }: PreparedStart): Start {
    const { clock, newId, automatic, admissions } = this.#ports;
    // It may have waited for its turn.
    const pause = this.#mayStart(controller);
    const event = startOf(controller, { at: clock.now(), id: newId(), ...origin });
    if (pause.name === "trial") automatic.beginTrial(controller.name, event.id);
    const run = this.#ports.run(controller, { saga: undefined, event });
    admissions.begin(run.saga);
    const accepted = observed(run.durable(1));
    if (pause.name === "trial") accepted.catch(() => automatic.withdraw(controller.name, event.id));
    return { saga: run.saga, started: this.#started(run.saga.id, accepted) };
  }

  /** @throws StartRefused, or JournalError while nothing can be written, if no saga of the definition may start now. */
  #mayStart({ name }: Controller): PauseVerdict {
    const { sagasInFlightMax, journal, runs, pauses, automatic, admissions, isDraining } = this.#ports;
    const pause = automatic.verdictOn(name, pauses.all);
    const refusal = startRefusal(name, {
      isDraining: isDraining(),
      pause,
      failure: journal.failure,
      counted: "sagas are in flight",
      count: runs.size + admissions.waiting,
      countMax: sagasInFlightMax,
    });
    if (refusal) throw refusal;
    return pause;
  }

  #started(id: string, accepted: Promise<void>): StartedSaga {
    // A start that could not be written has no saga to wait for, however late the caller asks.
    const untilRest = () => observed(Promise.all([accepted, this.#ports.waiters.untilRest(id)]).then(([, saga]) => saga));
    return { id, accepted, untilRest };
  }
}
