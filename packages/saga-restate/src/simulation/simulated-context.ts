import { type GenericCall, RestatePromise, type Serde } from "@restatedev/restate-sdk";
import type { SimulatedClock } from "saga-core/testing";
import { json } from "../objects/json-serde.ts";
import type { Verdict } from "../objects/messages.ts";
import type { Signalled } from "../objects/operation-signal.ts";
import type { DriverContext } from "../workflow/driver-context.ts";
import { type Notification, SIGNAL, type SimulatedInvocation } from "./simulated-invocation.ts";

export interface ContextPorts {
  readonly invocation: SimulatedInvocation;
  readonly clock: SimulatedClock;
  /** The workflow wrote a part of its state. */
  readonly onSet: (key: string, value: unknown) => void;
  /** The workflow decided an operation. */
  readonly onVerdict: (id: string, verdict: Verdict) => void;
  /** What the object of a correlation answers a claim, by its key. Default: that the saga has it. */
  readonly onClaim?: ((key: string) => string) | undefined;
  readonly onDefect: (error: unknown) => void;
}

/** After so many microtasks a workflow has reacted to a notification as far as it can. */
const MICROTASKS_PER_TURN = 25;

/** One execution of a workflow: its commands to Restate, and the notifications it gets. */
export class SimulatedContext implements DriverContext {
  readonly #ports: ContextPorts;
  readonly #waiting = new Map<string, PromiseWithResolvers<string>>();
  readonly #notified = new Map<string, string>();
  readonly #lost = new AbortController();
  /** The runs that are due. */
  #due: (() => Promise<void>)[] = [];
  #lateMs = 0;
  #isOver = false;
  #commands = 0;

  constructor(ports: ContextPorts) {
    this.#ports = ports;
  }

  run(name: string, action: () => Promise<unknown>): RestatePromise<unknown> {
    const { invocation } = this.#ports;
    const { handle } = this.#command(`run ${name}`, "run");
    const commands = this.#commands;
    const make = async () => {
      const notification = { handle, text: JSON.stringify(await action()) };
      if (!this.#isOver) invocation.send({ commands, notification, written: () => this.notify(notification) });
    };
    if (!invocation.isNotified(handle)) this.#due.push(make);
    return this.#promise(handle, (text): unknown => JSON.parse(text));
  }

  sleep(durationMs: number): RestatePromise<unknown> {
    const { invocation, clock } = this.#ports;
    const { handle } = this.#command("sleep", "sleep");
    const commands = this.#commands;
    const at = invocation.timers.get(handle) ?? clock.now() + durationMs;
    invocation.timers.set(handle, at);
    const ring = () => {
      if (this.#isOver) return;
      this.notify(invocation.ring(handle, commands));
      this.goOn().catch(this.#ports.onDefect);
    };
    if (!invocation.isNotified(handle)) clock.wakeAt(at, ring);
    return this.#promise(handle, () => null);
  }

  signal(_name: string, serde: Serde<Signalled>): RestatePromise<unknown> {
    return this.#promise(SIGNAL, (text) => serde.deserialize(json.serialize(JSON.parse(text))));
  }

  genericCall({ service, method, key = "" }: GenericCall<unknown, unknown>): RestatePromise<unknown> {
    const { invocation, onClaim = () => "saga" } = this.#ports;
    const { handle } = this.#command(`call ${service}/${method} ${key}`, "call");
    const commands = this.#commands;
    const notification = { handle, text: JSON.stringify(onClaim(key)) };
    if (!invocation.isNotified(handle)) invocation.send({ commands, notification, written: () => this.notify(notification) });
    return this.#promise(handle, (text): unknown => JSON.parse(text));
  }

  set(key: string, value: unknown): void {
    this.#command(`set ${key} ${JSON.stringify(value)}`, "set");
    if (!this.#isOver) this.#ports.onSet(key, value);
  }

  resolveAwakeable(id: string, payload: Verdict): void {
    const { isNew } = this.#command(`resolve ${id} ${JSON.stringify(payload)}`, "resolve");
    const written = () => this.#ports.onVerdict(id, payload);
    if (isNew) this.#ports.invocation.send({ commands: this.#commands, written });
  }

  request(): { readonly id: string; readonly attemptCompletedSignal: AbortSignal } {
    return { id: "invocation", attemptCompletedSignal: this.#lost.signal };
  }

  /** How many commands this execution has sent, replayed ones included. */
  get commands(): number {
    return this.#commands;
  }

  /** Whether Restate has lost this execution. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Restate loses this execution. @param isNoticed whether its process notices. */
  end(isNoticed: boolean): void {
    this.#isOver = true;
    if (isNoticed) this.#lost.abort();
  }

  /** How late the next run begins, in milliseconds. */
  get lateMs(): number {
    return this.#lateMs;
  }

  /** The next run begins this much later. */
  delay(ms: number): void {
    this.#lateMs = ms;
  }

  /** Resolves the promise that waits for the notification, or keeps it. Of several signals that nothing waits for, the last one is kept. */
  notify({ handle, text }: Notification): void {
    const waiting = this.#waiting.get(handle);
    this.#waiting.delete(handle);
    if (waiting) waiting.resolve(text);
    else this.#notified.set(handle, text);
  }

  /** Lets the workflow react to its notifications. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < MICROTASKS_PER_TURN; turn += 1) await Promise.resolve();
  }

  /** The same; then, as in Restate's SDK, the due runs begin. */
  async goOn(): Promise<void> {
    await this.settle();
    const due = this.#due;
    this.#due = [];
    if (due.length > 0 && this.#lateMs > 0) {
      this.#ports.clock.jumpBy(this.#lateMs);
      this.#lateMs = 0;
    }
    for (const make of due) make().catch((error: unknown) => this.#isOver || this.#ports.onDefect(error));
  }

  #command(text: string, kind: string): { readonly handle: string; readonly isNew: boolean } {
    const index = this.#commands;
    this.#commands += 1;
    return { handle: `${kind} ${index}`, isNew: this.#ports.invocation.command(index, text) };
  }

  #promise(handle: string, read: (text: string) => unknown): RestatePromise<unknown> {
    const notification = Promise.withResolvers<string>();
    const notified = this.#notified.get(handle);
    this.#notified.delete(handle);
    if (notified === undefined) this.#waiting.set(handle, notification);
    else notification.resolve(notified);
    return RestatePromise.resolve(undefined).map((): unknown => notification.promise.then(read));
  }
}
