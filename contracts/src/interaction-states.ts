import { randomUUID } from "node:crypto";
import { messageOf } from "./message-of.ts";
import type { PactInteraction } from "./pact.ts";
import { type ProviderStates, type Services, type Setting, StateError, type Values } from "./states/state.ts";

/** The states of one interaction: they are set in order, and checked again after it. */
export class InteractionStates {
  readonly #states: ProviderStates;
  readonly #setting: Setting;
  readonly #checks: (() => Promise<void>)[] = [];
  #values: Values = {};

  constructor(states: ProviderStates, services: Services) {
    this.#states = states;
    this.#setting = { ...services, nonce: randomUUID() };
  }

  /** The values that the states gave. */
  get values(): Values {
    return this.#values;
  }

  /** @throws StateError that names the state which cannot be set. */
  async set({ providerStates }: PactInteraction): Promise<void> {
    for (const { name, params } of providerStates) {
      try {
        const { values, check } = (await this.#states[name]?.set(fill(params, this.#values), this.#setting)) ?? {};
        if (check) this.#checks.push(check);
        this.#values = { ...this.#values, ...values };
      } catch (error) {
        throw new StateError(`the state "${name}" could not be set: ${messageOf(error)}`, { cause: error });
      }
    }
  }

  /** Lists the checks of the states that fail after the interaction. */
  async failedChecks(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (const check of this.#checks) await check().catch((error: unknown) => failures.push(messageOf(error)));
    return failures;
  }
}

/** Replaces `${name}` by the value that an earlier state gave. */
function fill(value: unknown, values: Values): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, values)]));
  }
  if (typeof value !== "string") return value;
  const whole = /^\$\{(\w+)\}$/.exec(value)?.[1];
  if (whole !== undefined) return stateValue(whole, values);
  return value.replaceAll(/\$\{(\w+)\}/g, (_placeholder, name: string) => String(stateValue(name, values)));
}

function stateValue(name: string, values: Values): string | number | boolean {
  const value = values[name];
  if (value === undefined) throw new StateError(`no earlier state gave "${name}"`);
  return value;
}
