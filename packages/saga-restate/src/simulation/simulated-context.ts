import { RestatePromise, type Serde } from "@restatedev/restate-sdk";
import type { SimulatedClock } from "saga-core/testing";
import { json } from "../objects/json-serde.ts";
import type { Verdict } from "../objects/messages.ts";
import type { Signalled } from "../objects/operation-signal.ts";
import type { DriverContext } from "../workflow/saga-driver.ts";
import { type Notification, SIGNAL, type SimulatedInvocation } from "./simulated-invocation.ts";

export interface ContextPorts {
  readonly invocation: SimulatedInvocation;
  readonly clock: SimulatedClock;
  /** Somebody is told what became of what he asked. */
  readonly onVerdict: (id: string, verdict: Verdict) => void;
  readonly onDefect: (error: unknown) => void;
}

/** By then a workflow that was told something has gone on as far as it can. */
const MICROTASKS_PER_TURN = 25;

/** One execution of a workflow: what it asks of Restate, and what it is told. */
export class SimulatedContext implements DriverContext {
  readonly #ports: ContextPorts;
  readonly #waiting = new Map<string, PromiseWithResolvers<string>>();
  readonly #known = new Map<string, string>();
  readonly #lost = new AbortController();
  /** The runs that are to be made. */
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
      if (!this.#isOver) invocation.send({ commands, notification, written: () => this.tell(notification) });
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
      this.tell(invocation.ring(handle, commands));
      this.goOn().catch(this.#ports.onDefect);
    };
    if (!invocation.isNotified(handle)) clock.wakeAt(at, ring);
    return this.#promise(handle, () => null);
  }

  signal(_name: string, serde: Serde<Signalled>): RestatePromise<unknown> {
    return this.#promise(SIGNAL, (text) => serde.deserialize(json.serialize(JSON.parse(text))));
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

  /** Whether Restate goes on without it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Restate goes on without it. @param isKnown whether it is told. */
  end(isKnown: boolean): void {
    this.#isOver = true;
    if (isKnown) this.#lost.abort();
  }

  /** By how much the next run begins too late. */
  get lateMs(): number {
    return this.#lateMs;
  }

  /** The next run begins so much later. */
  delay(ms: number): void {
    this.#lateMs = ms;
  }

  /** Something is known to it, and told to whoever waits for it. There is one place for what is known of a signal: the last one is in it. */
  tell({ handle, text }: Notification): void {
    const waiting = this.#waiting.get(handle);
    this.#waiting.delete(handle);
    if (waiting) waiting.resolve(text);
    else this.#known.set(handle, text);
  }

  /** Lets the workflow go on from what it was told. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < MICROTASKS_PER_TURN; turn += 1) await Promise.resolve();
  }

  /** The same; and then, as Restate's SDK does when nothing else is known, what is to be run is run. */
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
    const told = Promise.withResolvers<string>();
    const known = this.#known.get(handle);
    this.#known.delete(handle);
    if (known === undefined) this.#waiting.set(handle, told);
    else told.resolve(known);
    return RestatePromise.resolve(undefined).map((): unknown => told.promise.then(read));
  }
}
