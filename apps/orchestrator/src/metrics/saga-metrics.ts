import process from "node:process";
import type {
  AttemptEnd,
  Clock,
  Engine,
  FoundSaga,
  JournalCommit,
  JournalError,
  ObservedAttempt,
  Observer,
  ParticipantState,
  RefusedStart,
  SagaEvent,
} from "saga-core";
import { openPhaseNames } from "saga-core/engine";
import { EventCounters } from "./event-counters.ts";
import { watchEventLoop } from "./event-loop-delay.ts";
import { MetricRegistry } from "./metric-registry.ts";
import { type OpenCount, OpenSagas } from "./open-sagas.ts";

/** What runs here. */
export interface Build {
  readonly version: string;
  /** Empty where it is not known. */
  readonly commit: string;
  readonly runtime: string;
  readonly engine: "embedded" | "restate";
}

export interface SagaMetricsOptions {
  readonly clock: Pick<Clock, "now">;
  readonly build: Build;
  /** The definitions that are served: each has its counters from the start, so that the first saga is an increase. */
  readonly definitions: readonly string[];
}

/** What is looked at when metrics are scraped. */
export interface ScrapedEngine extends Pick<Engine, "participants" | "knownPauses" | "unreadable"> {
  /** Why no saga can be accepted at present. */
  readonly unreadiness: () => string | undefined;
  /** The open sagas of all processes, where this process does not know them all. Default: those that it was told of. */
  readonly openCounts?: () => readonly OpenCount[];
}

const circuits: readonly ParticipantState["circuit"][] = ["closed", "open", "half-open"];

/** The metrics of a process: an observer of its engine, and the text that Prometheus scrapes. */
export class SagaMetrics implements Observer {
  readonly #registry = new MetricRegistry();
  readonly #clock: Pick<Clock, "now">;
  readonly #events = new EventCounters(this.#registry);
  readonly #open = new OpenSagas();
  readonly #attempts = this.#registry.counter("saga_attempts_total");
  readonly #attemptSeconds = this.#registry.histogram("saga_attempt_seconds");
  readonly #lag = this.#registry.histogram("saga_lag_seconds");
  readonly #refused = this.#registry.counter("saga_refused_total");
  readonly #circuitChanges = this.#registry.counter("saga_participant_circuit_changes_total");
  readonly #connections = this.#registry.counter("saga_participant_connections_total");
  readonly #streams = this.#registry.gauge("saga_streams");
  readonly #stop: () => void;
  readonly #journal: JournalMetrics | undefined;
  #engine: ScrapedEngine | undefined;

  constructor({ clock, build, definitions }: SagaMetricsOptions) {
    this.#clock = clock;
    if (build.engine === "embedded") this.#journal = new JournalMetrics(this.#registry);
    this.#registry.gauge("saga_build_info").set({ ...build }, 1);
    this.#streams.set(0);
    this.#gaugeSagas(definitions);
    this.#gaugeParticipants();
    this.#gaugeProcess();
    const delay = this.#registry.histogram("process_event_loop_delay_seconds");
    this.#stop = watchEventLoop((ms) => delay.observe(ms / 1_000));
  }

  /** The type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. It reads no journal, and takes no longer for many sagas than for few. */
  async text(): Promise<string> {
    return await this.#registry.text();
  }

  /** Sets what is looked at by a scrape. The engine is made later than its observer. */
  watch(engine: ScrapedEngine): void {
    this.#engine = engine;
  }

  stop(): void {
    this.#stop();
  }

  happened(found: FoundSaga, event: SagaEvent): void {
    this.#events.count(found, event);
    this.#open.note(found);
  }

  read(found: FoundSaga): void {
    this.#open.note(found);
  }

  attemptBegan({ participant, dueAt, beganAt }: ObservedAttempt): void {
    this.#lag.observe({ participant }, Math.max(0, beganAt - dueAt) / 1_000);
  }

  attemptEnded(attempt: ObservedAttempt, { outcome: { outcome: result }, endedAt }: AttemptEnd): void {
    const { definition, step, participant, direction, beganAt } = attempt;
    this.#attempts.inc({ definition, step, participant, direction, result });
    this.#attemptSeconds.observe({ definition, step, participant, direction }, Math.max(0, endedAt - beganAt) / 1_000);
  }

  startRefused({ definition, reason }: RefusedStart): void {
    this.#refused.inc({ ...(definition !== undefined && { definition }), reason: reason.replaceAll("-", "_") });
  }

  circuitChanged({ participant, circuit: state }: ParticipantState): void {
    this.#circuitChanges.inc({ participant, state });
  }

  committed(commit: JournalCommit): void {
    this.#journal?.committed(commit);
  }

  /** The journal cannot be written any more; undefined: it can again. */
  journalFailed(failure: JournalError | undefined): void {
    if (failure) this.#journal?.failed();
  }

  /** A call is sent on a connection. */
  connected(participant: string, kind: "new" | "kept"): void {
    this.#connections.inc({ participant, kind });
  }

  /** An event stream was opened or closed. */
  streamed(change: "opened" | "closed"): void {
    this.#streams.inc(change === "opened" ? 1 : -1);
  }

  #gaugeSagas(definitions: readonly string[]): void {
    const nothing = definitions.flatMap((definition) => openPhaseNames.map((phase) => ({ definition, phase, count: 0 })));
    const counts = (): readonly OpenCount[] => [...nothing, ...(this.#engine?.openCounts?.() ?? this.#open.counts)];
    this.#registry.gauge("saga_active", (active) => {
      for (const { definition, phase, count } of counts()) active.set({ definition, phase }, count);
    });
    this.#registry.gauge("saga_oldest_age_seconds", (age) => {
      const now = this.#clock.now();
      for (const { definition, phase, oldestSince = now } of counts())
        age.set({ definition, phase }, Math.max(0, now - oldestSince) / 1_000);
    });
    this.#registry.gauge("saga_definition_paused", (paused) => {
      paused.reset();
      for (const { definition, automatic } of this.#engine?.knownPauses() ?? [])
        paused.set({ definition, by: automatic ? "itself" : "operator" }, 1);
    });
    this.#registry.gauge("saga_unreadable", (unreadable) => unreadable.set(this.#engine?.unreadable().size ?? 0));
    this.#registry.gauge("saga_journal_failing", (failing) => failing.set(this.#engine?.unreadiness() === undefined ? 0 : 1));
  }

  #gaugeParticipants(): void {
    const states = () => this.#engine?.participants() ?? [];
    this.#registry.gauge("saga_participant_circuit", (gauge) => {
      for (const { participant, circuit } of states())
        for (const state of circuits) gauge.set({ participant, state }, state === circuit ? 1 : 0);
    });
    this.#registry.gauge("saga_participant_calls_in_flight", (gauge) => {
      for (const { participant, callsInFlight } of states()) gauge.set({ participant }, callsInFlight);
    });
    this.#registry.gauge("saga_participant_waiting", (gauge) => {
      for (const { participant, waiting } of states()) gauge.set({ participant }, waiting);
    });
  }

  #gaugeProcess(): void {
    const startedAt = this.#clock.now() / 1_000 - process.uptime();
    this.#registry.gauge("process_start_time_seconds").set(startedAt);
    this.#registry.gauge("process_resident_memory_bytes", (gauge) => gauge.set(process.memoryUsage().rss));
    let counted = 0;
    this.#registry.counter("process_cpu_seconds_total", (cpu) => {
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / 1_000_000;
      cpu.inc(Math.max(0, seconds - counted));
      counted = seconds;
    });
  }
}

/** What a journal in this process tells. */
class JournalMetrics {
  readonly #seconds;
  readonly #records;
  readonly #bytes;
  readonly #failures;

  constructor(registry: MetricRegistry) {
    this.#seconds = registry.histogram("saga_journal_commit_seconds");
    this.#records = registry.histogram("saga_journal_commit_records");
    this.#bytes = registry.counter("saga_journal_bytes_total");
    this.#failures = registry.counter("saga_journal_failures_total");
  }

  committed({ records, bytes, tookMs }: JournalCommit): void {
    this.#seconds.observe(tookMs / 1_000);
    this.#records.observe(records);
    this.#bytes.inc(bytes);
  }

  failed(): void {
    this.#failures.inc();
  }
}
