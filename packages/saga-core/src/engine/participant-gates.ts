import type { ParticipantState } from "../ports/engine.ts";
import type { GatePorts } from "./gate-call.ts";
import { type GateLimits, ParticipantGate } from "./participant-gate.ts";

/** The gates of an engine, one for each participant that was called. */
export class ParticipantGates {
  readonly #limits: GateLimits;
  readonly #ports: GatePorts;
  readonly #gates = new Map<string, ParticipantGate>();

  constructor(limits: GateLimits, ports: GatePorts) {
    this.#limits = limits;
    this.#ports = ports;
  }

  /** The state of every gate, in the order of their first calls. */
  get states(): readonly ParticipantState[] {
    return [...this.#gates.values()].map(({ state }) => state);
  }

  /** The gate of a participant; made at the first request for it. */
  of(participant: string): ParticipantGate {
    const known = this.#gates.get(participant);
    if (known) return known;
    const gate = new ParticipantGate(participant, this.#limits, this.#ports);
    this.#gates.set(participant, gate);
    return gate;
  }

  /** Notes that a saga no longer waits at any gate. */
  forget(sagaId: string): void {
    for (const gate of this.#gates.values()) gate.forget(sagaId);
  }
}
