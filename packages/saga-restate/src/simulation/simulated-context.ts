import { RestatePromise, type Serde } from "@restatedev/restate-sdk";
import type { SimulatedClock } from "saga-core/testing";
import { json } from "../json-serde.ts";
import type { Verdict } from "../messages.ts";
import type { Signalled } from "../operation-signal.ts";
import type { DriverContext } from "../saga-driver.ts";
import type { Notification, SimulatedInvocation } from "./simulated-invocation.ts";

interface ContextPorts {
  readonly invocation: SimulatedInvocation;
  readonly clock: SimulatedClock;
  /** Somebody is told what became of what he asked. */
  readonly onVerdict: (id: string, verdict: Verdict) => void;
  readonly onDefect: (error: unknown) => void;
}

/** One execution of a workflow: what it asks of Restate, and what it is told. */
export class SimulatedContext implements DriverContext {
  readonly #ports: ContextPorts;
  readonly #waiting = new Map<string, PromiseWithResolvers<string>>();
  readonly #lost = new AbortController();
  #commands = 0;
  #signals = 0;

  constructor(ports: ContextPorts) {
    this.#ports = ports;
  }

  run(name: string, action: () => Promise<unknown>): RestatePromise<unknown> {
    const { invocation, onDefect } = this.#ports;
    const { handle } = this.#command(`run ${name}`, "run");
    const commands = this.#commands;
    const make = async () => {
      const text = JSON.stringify(await action());
      const notification = { handle, text };
      if (!this.isLost) invocation.send({ commands, notification, written: () => this.tell(notification) });
    };
    // As Restate's SDK does: not before the workflow waits for it.
    if (!invocation.isNotified(handle))
      Promise.resolve()
        .then(make)
        .catch((error: unknown) => this.isLost || onDefect(error));
    return this.#promise(handle, (text): unknown => JSON.parse(text));
  }

  sleep(durationMs: number): RestatePromise<unknown> {
    const { invocation, clock } = this.#ports;
    const { handle } = this.#command("sleep", "sleep");
    const commands = this.#commands;
    const at = invocation.timers.get(handle) ?? clock.now() + durationMs;
    invocation.timers.set(handle, at);
    const ring = () => this.isLost || this.tell(invocation.ring(handle, commands));
    if (!invocation.isNotified(handle)) clock.wakeAt(at, ring);
    return this.#promise(handle, () => null);
  }

  signal(_name: string, serde: Serde<Signalled>): RestatePromise<unknown> {
    this.#signals += 1;
    return this.#promise(`signal ${this.#signals}`, (text) => serde.deserialize(json.serialize(JSON.parse(text))));
  }

  set(key: string, value: unknown): void {
    this.#command(`set ${key} ${JSON.stringify(value)}`, "set");
  }

  resolveAwakeable(id: string, payload: Verdict): void {
    const { isNew } = this.#command(`resolve ${id} ${JSON.stringify(payload)}`, "resolve");
    const written = () => this.#ports.onVerdict(id, payload);
    if (isNew) this.#ports.invocation.send({ commands: this.#commands, written });
  }

  request() {
    return { id: "invocation", attemptCompletedSignal: this.#lost.signal };
  }

  get isLost(): boolean {
    return this.#lost.signal.aborted;
  }

  /** Restate goes on without it. */
  lose(): void {
    this.#lost.abort();
  }

  tell({ handle, text }: Notification): void {
    this.#waitFor(handle).resolve(text);
  }

  #command(text: string, kind: string): { readonly handle: string; readonly isNew: boolean } {
    const index = this.#commands;
    this.#commands += 1;
    return { handle: `${kind} ${index}`, isNew: this.#ports.invocation.command(index, text) };
  }

  #waitFor(handle: string): PromiseWithResolvers<string> {
    const waiting = this.#waiting.get(handle) ?? Promise.withResolvers<string>();
    this.#waiting.set(handle, waiting);
    return waiting;
  }

  #promise(handle: string, read: (text: string) => unknown): RestatePromise<unknown> {
    const { promise } = this.#waitFor(handle);
    return RestatePromise.resolve(undefined).map((): unknown => promise.then(read));
  }
}
