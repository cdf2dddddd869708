import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { EmbeddedEngine, type Saga } from "saga-core";
import { SimulatedClock } from "saga-core/testing";
import { SqliteJournal } from "saga-sqlite";
import { z } from "zod";
import { earlierOrderSagaOf, orderSagaOf } from "../compose.ts";
import { gateLimitsOf, readConfig } from "../config.ts";
import { AMOUNT, RecordedParticipants, settledRequest } from "./recorded-participants.ts";

const description = z.object({
  stopped_at: z.int(),
  variables: z.record(z.string(), z.string()),
  sagas: z.array(z.object({ id: z.string(), name: z.string(), state: z.string(), status: z.string() })),
  settled: z.array(settledRequest),
});

export interface RecordedSaga {
  readonly id: string;
  readonly name: string;
  /** As the process that wrote the journal listed it. */
  readonly state: string;
  readonly status: string;
}

/** Turns of the event loop without a call or an event, after which everything waits for the clock. */
const QUIET_TURNS = 20;
/** Longer than any request may take to arrive. */
const ARRIVED_MS = 3_600_000;

/** A journal that an earlier version wrote, opened by this one in a copy, with a clock that a test moves and participants that it reads. */
export class RecordedJournal {
  readonly sagas: readonly RecordedSaga[];
  readonly participants: RecordedParticipants;
  readonly engine: EmbeddedEngine;
  readonly journal: SqliteJournal;
  readonly defects: unknown[] = [];
  readonly #clock: SimulatedClock;
  readonly #directory: string;

  /** @param file without its extension; beside the journal is a description of it in JSON. */
  constructor(file: string, { afterMs }: { readonly afterMs: number }) {
    const { sagas, settled, stopped_at, variables } = description.parse(JSON.parse(readFileSync(`${file}.json`, "utf8")));
    this.sagas = sagas;
    this.participants = new RecordedParticipants(settled, variables["PAYMENTS_KEYED"] === "true");
    this.#clock = new SimulatedClock(stopped_at + afterMs);
    this.#directory = mkdtempSync(join(tmpdir(), "recorded-journal-"));
    const path = join(this.#directory, "journal.sqlite");
    copyFileSync(`${file}.sqlite`, path);
    const config = readConfig({
      STORE_MANAGER_URL: "http://store-manager.example",
      PAYMENTS_URL: "http://payments.example",
      ...variables,
      // Every call goes through `fetch`, in whose place the recorded participants are.
      PROXY_FROM_ENVIRONMENT: "true",
    });
    this.journal = new SqliteJournal(path);
    this.engine = new EmbeddedEngine({
      controllers: [orderSagaOf(config), earlierOrderSagaOf(config)],
      journal: this.journal,
      clock: this.#clock,
      random: () => 0.5,
      newId: () => "019ad000-0000-7000-8000-999999999999",
      sagasInFlightMax: 1_000,
      gateLimits: gateLimitsOf(config),
      onDefect: (error) => this.defects.push(error),
    });
    this.engine.subscribe(() => {
      this.participants.activity += 1;
    });
  }

  /** Resumes the open sagas, and moves the clock until none is running any more. */
  async runToTheEnd(): Promise<void> {
    await this.engine.resume();
    await this.#untilNoneIsRunning();
  }

  /** Resolves every saga that needs a human by what the participants applied, until no saga does. */
  async resolveAll(): Promise<void> {
    // "Not applied" is allowed only once no attempt can still arrive (rule 3).
    this.#clock.advanceBy(ARRIVED_MS);
    for (let [next] = await this.#needing(); next !== undefined; [next] = await this.#needing()) {
      await this.#resolve(next);
      await this.#untilNoneIsRunning();
    }
  }

  /** Every saga, the calls that were made for it and where it is, as `call, call, end`. */
  async account(): Promise<Readonly<Record<string, string>>> {
    const accounts = this.sagas.map(async ({ id, name }) => [
      name,
      [...this.participants.callsOf(id), await this.#endOf(id)].join(", "),
    ]);
    return Object.fromEntries(await Promise.all(accounts));
  }

  async phaseOf(id: string): Promise<Saga["phase"]> {
    const found = await this.engine.get(id);
    if (!found) throw new Error(`Saga ${id} is not in the journal.`);
    return found.saga.phase;
  }

  async #endOf(id: string): Promise<string> {
    const phase = await this.phaseOf(id);
    return phase.name === "needs-intervention" ? `needs a human: ${phase.step}/${phase.action} ${phase.reason}` : phase.name;
  }

  async #needing(): Promise<readonly string[]> {
    return await this.journal.open({ status: "needs_intervention", limit: 1 });
  }

  async #resolve(id: string): Promise<void> {
    const phase = await this.phaseOf(id);
    if (phase.name !== "needs-intervention") throw new Error(`Saga ${id} needs no human.`);
    const { step, action } = phase;
    const reply = this.participants.appliedReply(`${id}/${step}/${action}`);
    const gives = step === "create-order" ? { ...reply, total_amount: AMOUNT } : step === "create-payment" ? reply : {};
    const result = reply && action === "run" ? { result: gives } : {};
    await this.engine.resolve(id, { step, applied: reply !== undefined, ...result, by: "test" });
  }

  async #untilNoneIsRunning(): Promise<void> {
    await this.#untilQuiet();
    while ((await this.journal.open({ status: "running", limit: 1 })).length > 0 && this.#clock.isWaiting) {
      this.#clock.advance();
      await this.#untilQuiet();
    }
  }

  async #untilQuiet(): Promise<void> {
    for (let quiet = 0, seen = this.participants.activity; quiet < QUIET_TURNS; quiet += 1) {
      await setTimeout(1);
      if (this.participants.activity !== seen) quiet = -1;
      seen = this.participants.activity;
    }
  }

  close(): void {
    this.journal.close();
    rmSync(this.#directory, { recursive: true });
  }
}
