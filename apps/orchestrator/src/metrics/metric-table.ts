import { openPhaseNames } from "saga-core/engine";

/** A metric, as the table of docs/metrics.md shows it. */
export interface MetricEntry {
  readonly type: "counter" | "gauge" | "histogram";
  /** What it says, in one sentence without its full stop. */
  readonly help: string;
  /** Each has few values: names of definitions, steps and participants, and the words of this code. Never an id. */
  readonly labels: readonly string[];
  /** Only with this engine. Absent: with both. */
  readonly engine?: "embedded";
}

/** Upper bounds of what a call takes, in seconds. */
const callSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of what a saga takes: from an order without trouble to one that waits for days. */
const sagaSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400, 604_800];
const commitSeconds = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const recordCounts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const delaySeconds = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** The buckets of each histogram. */
export const buckets = {
  saga_duration_seconds: sagaSeconds,
  saga_attempt_seconds: callSeconds,
  saga_lag_seconds: [...delaySeconds, 30, 300],
  saga_journal_commit_seconds: commitSeconds,
  saga_journal_commit_records: recordCounts,
  process_event_loop_delay_seconds: delaySeconds,
} as const;

const phases = openPhaseNames.map((name) => `\`${name}\``).join(", ");

/** Every metric, by its name. A name is stable: alerts and dashboards are built on it. */
export const metricTable = {
  saga_started_total: { type: "counter", help: "Sagas that were started", labels: ["definition"] },
  saga_ended_total: { type: "counter", help: "Sagas that ended, `completed` or `cancelled`", labels: ["definition", "outcome"] },
  saga_duration_seconds: {
    type: "histogram",
    help: "How long the sagas that ended took from their start",
    labels: ["definition", "outcome"],
  },
  saga_active: {
    type: "gauge",
    help: `Sagas that have not ended, by what they are at: ${phases}; each counts once`,
    labels: ["definition", "phase"],
  },
  saga_oldest_age_seconds: {
    type: "gauge",
    help: "How long the oldest of these sagas has been at it: since its start where it is `forward`, otherwise since it came there; 0 where there is none",
    labels: ["definition", "phase"],
  },
  saga_unreadable: {
    type: "gauge",
    help: "Open sagas that cannot be read here, because a version is not registered or records are damaged; they are not among the active ones",
    labels: [],
    engine: "embedded",
  },
  saga_turned_total: {
    type: "counter",
    help: "Sagas that turned to compensation and were settled, by the cause of the turn",
    labels: ["definition", "cause"],
  },
  saga_needs_intervention_total: {
    type: "counter",
    help: "How often a saga came to need a human; `action` is `rollback` where a compensation failed",
    labels: ["definition", "step", "action", "reason"],
  },
  saga_operations_total: {
    type: "counter",
    help: "What people requested of sagas, as it was recorded",
    labels: ["definition", "operation"],
  },
  saga_late_signals_total: { type: "counter", help: "Signals that came too late", labels: ["definition", "step"] },
  saga_resumed_total: {
    type: "counter",
    help: "How often a saga was taken up again: after a restart, or after it was parked",
    labels: ["definition"],
  },
  saga_attempts_total: {
    type: "counter",
    help: "Attempts at calls that have an outcome; compensations have the direction `undo`",
    labels: ["definition", "step", "participant", "direction", "result"],
  },
  saga_attempt_seconds: {
    type: "histogram",
    help: "How long these attempts took",
    labels: ["definition", "step", "participant", "direction"],
  },
  saga_lag_seconds: {
    type: "histogram",
    help: "How long after it was due an attempt began: it waited for a place at its participant, for the disk, or for its turn",
    labels: ["participant"],
  },
  saga_refused_total: {
    type: "counter",
    help: "Starts that were refused; without a definition where none has the requested name",
    labels: ["definition", "reason"],
  },
  saga_definition_paused: {
    type: "gauge",
    help: "1 for each paused definition, by who paused it: `operator` or `itself`",
    labels: ["definition", "by"],
  },
  saga_participant_circuit: {
    type: "gauge",
    help: "1 for the state that the circuit of a participant is in: `closed`, `open` or `half-open`",
    labels: ["participant", "state"],
  },
  saga_participant_circuit_changes_total: {
    type: "counter",
    help: "How often the circuit of a participant came into a state",
    labels: ["participant", "state"],
  },
  saga_participant_calls_in_flight: {
    type: "gauge",
    help: "Calls to a participant whose handlers have not returned",
    labels: ["participant"],
  },
  saga_participant_waiting: {
    type: "gauge",
    help: "Calls and sagas that wait for room at a participant, or for its circuit",
    labels: ["participant"],
  },
  saga_participant_connections_total: {
    type: "counter",
    help: "Connections on which calls were sent: `new` ones, and `kept` ones that were used again",
    labels: ["participant", "kind"],
  },
  saga_journal_commit_seconds: {
    type: "histogram",
    help: "How long it took to write records and to wait for the disk",
    labels: [],
    engine: "embedded",
  },
  saga_journal_commit_records: {
    type: "histogram",
    help: "How many records were made durable together",
    labels: [],
    engine: "embedded",
  },
  saga_journal_bytes_total: { type: "counter", help: "Bytes of the events that were written", labels: [], engine: "embedded" },
  saga_journal_failing: {
    type: "gauge",
    help: "1 while no saga can be accepted, because the journal cannot be written or Restate does not answer; otherwise 0",
    labels: [],
  },
  saga_journal_failures_total: {
    type: "counter",
    help: "How often the journal came to be not writable",
    labels: [],
    engine: "embedded",
  },
  saga_streams: { type: "gauge", help: "Open event streams", labels: [] },
  saga_build_info: {
    type: "gauge",
    help: "Always 1: what runs here",
    labels: ["version", "commit", "runtime", "engine"],
  },
  process_event_loop_delay_seconds: {
    type: "histogram",
    help: "How late a timer of 100 ms was, because the process was busy",
    labels: [],
  },
  process_resident_memory_bytes: { type: "gauge", help: "Memory that the process has", labels: [] },
  process_cpu_seconds_total: { type: "counter", help: "Processor time that the process took", labels: [] },
  process_start_time_seconds: { type: "gauge", help: "When the process started, in seconds since the epoch", labels: [] },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof metricTable;

/** The names of a metric's labels. */
export type LabelOf<Name extends MetricName> = (typeof metricTable)[Name]["labels"][number];
