import { batch, type Signal, signal } from "@preact/signals";
import type { BulkReply, BulkRequest } from "../api/repair.ts";
import type { Saga } from "../api/replies.ts";
import { type Answer, answerOf, previewAnswerOf } from "./answer.ts";
import { type BulkRow, becameOf, type ChosenSaga, rowsOf, SLICE, toSend, withAnswers, withNow, withState } from "./bulk.ts";

/** What is to be done with each of many sagas. */
export interface BulkPlan {
  readonly choice: "cancel" | "retry" | "applied" | "not-applied";
  /** The step that `applied` and `not-applied` are about. */
  readonly step: string;
  readonly note: string;
  /** Empty where the API knows who it is. */
  readonly by: string;
}

export interface BulkPorts {
  readonly preview: (request: BulkRequest) => Promise<BulkReply>;
  readonly perform: (request: BulkRequest, token: string) => Promise<BulkReply>;
  readonly read: (id: string) => Promise<Saga>;
  readonly onError: (error: unknown) => void;
}

/** `halted`: something went wrong. It goes on where a person says so, as after a stop. */
export type BulkPhase = "planning" | "previewing" | "previewed" | "running" | "stopping" | "stopped" | "halted" | "finished";

/** An operation on many sagas: previewed, confirmed as it was previewed, and sent in slices between which it can be stopped. */
export class BulkRun {
  readonly rows: Signal<readonly BulkRow[]> = signal([]);
  readonly phase: Signal<BulkPhase> = signal("planning");
  readonly problem: Signal<Answer | undefined> = signal(undefined);
  /** What was previewed, and nothing else is sent; undefined: nothing was. */
  readonly plan: Signal<BulkPlan | undefined> = signal(undefined);
  readonly #ports: BulkPorts;
  #token = "";
  /** The sagas that are being read, or are next. */
  readonly #reading = new Set<string>();

  constructor(ports: BulkPorts) {
    this.#ports = ports;
  }

  /** Forgets a preview: something else is planned. */
  reset(): void {
    if (this.phase.peek() === "previewing") return;
    batch(() => {
      this.rows.value = [];
      this.plan.value = undefined;
      this.phase.value = "planning";
      this.problem.value = undefined;
    });
  }

  async preview(chosen: readonly ChosenSaga[], plan: BulkPlan): Promise<void> {
    if (this.phase.peek() === "previewing" || this.#isUnderWay) return;
    this.reset();
    this.phase.value = "previewing";
    const ids = chosen.map(({ id }) => id);
    try {
      const { items, token = "" } = await this.#ports.preview(requestOf(plan, ids));
      this.#token = token;
      batch(() => {
        this.plan.value = plan;
        this.rows.value = rowsOf(chosen, items);
        this.phase.value = "previewed";
      });
    } catch (error) {
      this.#ports.onError(error);
      batch(() => {
        this.phase.value = "planning";
        this.problem.value = previewAnswerOf(error);
      });
    }
  }

  /**
   * Sends what is ready, some at a time, until all is sent, somebody stops it, or something goes wrong.
   *
   * @param note what is recorded, where it was written anew since the preview.
   */
  async go(note?: string): Promise<void> {
    const previewed = this.plan.peek();
    if (!previewed || this.#isUnderWay) return;
    const plan = note === undefined ? previewed : { ...previewed, note };
    this.plan.value = plan;
    this.problem.value = undefined;
    this.phase.value = "running";
    for (let ids = this.#next(); ids.length > 0 && this.#isRunning; ids = this.#next()) await this.#send(plan, ids);
    if (this.phase.peek() !== "halted") this.phase.value = this.#next().length === 0 ? "finished" : "stopped";
    await this.readBack();
  }

  /** Sends nothing after what is on its way. */
  stop(): void {
    if (this.#isRunning) this.phase.value = "stopping";
  }

  /** Reads what has become of the sagas for which something was recorded, but for those that are settled, or being read. */
  async readBack(): Promise<void> {
    const ids = this.rows.peek().flatMap((row) => (isUnsettled(row) && !this.#reading.has(row.saga.id) ? [row.saga.id] : []));
    for (const id of ids) this.#reading.add(id);
    const one = async (): Promise<void> => {
      for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
        try {
          const saga = await this.#ports.read(id);
          this.rows.value = withNow(this.rows.peek(), saga);
        } catch (error) {
          // It is read again, or the person opens it.
          this.#ports.onError(error);
        } finally {
          this.#reading.delete(id);
        }
      }
    };
    await Promise.all([one(), one(), one(), one()]);
  }

  get #isUnderWay(): boolean {
    return this.#isRunning || this.phase.peek() === "stopping";
  }

  get #isRunning(): boolean {
    return this.phase.peek() === "running";
  }

  #next(): readonly string[] {
    return toSend(this.rows.peek()).slice(0, SLICE);
  }

  async #send(plan: BulkPlan, ids: readonly string[]): Promise<void> {
    try {
      const { items } = await this.#ports.perform(requestOf(plan, ids), this.#token);
      const answered = new Set(items.map(({ saga_id: id }) => id));
      const silent = ids.filter((id) => !answered.has(id));
      this.rows.value = withState(withAnswers(this.rows.peek(), items), silent, { kind: "unknown" });
    } catch (error) {
      this.#ports.onError(error);
      const answer = answerOf(error);
      batch(() => {
        // A refusal changed nothing: these are ready as before. Without an answer nobody knows, and they are not sent again.
        if (answer.kind === "unreachable") this.rows.value = withState(this.rows.peek(), ids, { kind: "unknown" });
        this.problem.value = answer;
        this.phase.value = "halted";
      });
    }
  }
}

/** Whether what was recorded for a saga is not done yet, as far as is known. */
function isUnsettled(row: BulkRow): boolean {
  return row.state.kind === "done" && (becameOf(row) ?? "under-way") === "under-way";
}

function requestOf({ choice, step, note, by }: BulkPlan, ids: readonly string[]): BulkRequest {
  const noted = { note, ...(by !== "" && { by }) };
  switch (choice) {
    case "cancel":
    case "retry":
      return { route: choice, ids, body: noted };
    case "applied":
    case "not-applied":
      return { route: "resolve", ids, body: { step, applied: choice === "applied", ...noted } };
  }
}
