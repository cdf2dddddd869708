/** The handle of every signal. */
export const SIGNAL = "signal";

/** The result that a workflow waits for under a handle, as JSON. */
export interface Notification {
  readonly handle: string;
  readonly text: string;
}

/** A message on its way to Restate, which is lost if the process is killed now. */
export interface Unwritten {
  /** How many of the workflow's commands are in the journal when this message is. */
  readonly commands: number;
  readonly notification?: Notification;
  /** Called once it is written, if the process still lives. */
  readonly written?: () => void;
}

/** What Restate has of one workflow, at an instant in milliseconds since the epoch. */
export interface InvocationJournal {
  readonly now: number;
  readonly input: string;
  readonly commands: readonly string[];
  readonly notifications: readonly Notification[];
  readonly timers: readonly (readonly [string, number])[];
}

/**
 * What Restate keeps of one workflow, independent of the processes that run it: its commands and notifications, in one order for all
 * executions.
 */
export class SimulatedInvocation {
  /** The input of the workflow; undefined before its start. */
  input: string | undefined;
  #commands: string[];
  #durableCommands: number;
  #requests = 0;
  readonly notifications: Notification[];
  /** When each timer is over. */
  readonly timers: Map<string, number>;
  #unwritten: Unwritten[] = [];

  /** @param journal what Restate has of it already. */
  constructor({ input, commands, notifications, timers }: Partial<InvocationJournal> = {}) {
    this.input = input;
    this.#commands = [...(commands ?? [])];
    this.#durableCommands = this.#commands.length;
    this.notifications = [...(notifications ?? [])];
    this.timers = new Map(timers);
  }

  /** Everything that Restate has of it at this instant. */
  journalAt(now: number): InvocationJournal {
    const commands = this.#commands.slice(0, this.#durableCommands);
    return { now, input: this.input ?? "", commands, notifications: [...this.notifications], timers: [...this.timers] };
  }

  get unwritten(): number {
    return this.#unwritten.length;
  }

  /** Everything that tells one state from another. */
  get snapshot(): unknown {
    const notified = this.notifications.map(({ handle }) => handle);
    return [notified, [...this.timers], this.#unwritten.map(({ commands, notification }) => [commands, notification?.text])];
  }

  /** A new id for an operation. */
  newRequest(): string {
    this.#requests += 1;
    return `request ${this.#requests}`;
  }

  /**
   * Adds a command of an execution. Returns whether it is new, and not replayed.
   *
   * @throws Error when a replay has another command: the execution decided it from something outside the journal.
   */
  command(index: number, text: string): boolean {
    const before = this.#commands[index];
    if (before !== undefined && before !== text) throw new Error(`journal mismatch: ${text} instead of ${before}`);
    this.#commands[index] = text;
    return before === undefined;
  }

  isNotified(handle: string): boolean {
    return this.notifications.some((notification) => notification.handle === handle);
  }

  /** A message leaves the process. */
  send(unwritten: Unwritten): void {
    this.#unwritten.push(unwritten);
  }

  /** A signal for the workflow. */
  signal(content: unknown, notify: (notification: Notification) => void): void {
    const notification = { handle: SIGNAL, text: JSON.stringify(content) };
    this.send({ commands: 0, notification, written: () => notify(notification) });
  }

  /** A timer is over, at Restate itself. */
  ring(handle: string, commands: number): Notification {
    const notification = { handle, text: "null" };
    this.#keep({ commands, notification });
    return notification;
  }

  /** Writes the first message on its way. */
  write(): Unwritten | undefined {
    const next = this.#unwritten.shift();
    if (next) this.#keep(next);
    return next;
  }

  /** The process is killed after `kept` more messages were written. Everything that was not durable is lost. */
  kill(kept: number): void {
    for (const each of this.#unwritten.slice(0, kept)) this.#keep(each);
    this.#unwritten = [];
    this.#commands = this.#commands.slice(0, this.#durableCommands);
    for (const handle of this.timers.keys()) {
      if (indexOf(handle) >= this.#durableCommands) this.timers.delete(handle);
    }
  }

  #keep({ commands, notification }: Unwritten): void {
    this.#durableCommands = Math.max(this.#durableCommands, commands);
    if (notification) this.notifications.push(notification);
  }
}

/** The index of a handle's command. */
function indexOf(handle: string): number {
  return Number(handle.split(" ")[1]);
}
