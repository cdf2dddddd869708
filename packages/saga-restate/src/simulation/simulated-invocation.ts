/** The handle of whatever is signalled. */
export const SIGNAL = "signal";

/** Something that a workflow waited for has come about: by its handle, and as JSON. */
export interface Notification {
  readonly handle: string;
  readonly text: string;
}

/** What is on its way to Restate, and would be lost if the process were killed now. */
export interface Unwritten {
  /** So many of the workflow's commands are in the journal when this is. */
  readonly commands: number;
  readonly notification?: Notification;
  /** What follows once it is written, if the process still lives. */
  readonly written?: () => void;
}

/**
 * What Restate keeps of one workflow, whatever becomes of the processes that run it: its commands, and what was notified, in one order for
 * all executions.
 */
export class SimulatedInvocation {
  /** What the workflow is started with; absent before. */
  input: string | undefined;
  #commands: string[] = [];
  #durableCommands = 0;
  #requests = 0;
  readonly notifications: Notification[] = [];
  /** When the timers ring. */
  readonly timers = new Map<string, number>();
  #unwritten: Unwritten[] = [];

  get unwritten(): number {
    return this.#unwritten.length;
  }

  /** All of it, for telling states apart. */
  get snapshot(): unknown {
    const notified = this.notifications.map(({ handle }) => handle);
    return [notified, [...this.timers], this.#unwritten.map(({ commands, notification }) => [commands, notification?.text])];
  }

  /** A name for what somebody asks, which nobody had before. */
  newRequest(): string {
    this.#requests += 1;
    return `request ${this.#requests}`;
  }

  /**
   * A command of an execution: whether it is a new one, and not the same again.
   *
   * @throws Error when it is another one: what decided it was not in the journal.
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

  /** Something is on its way. */
  send(unwritten: Unwritten): void {
    this.#unwritten.push(unwritten);
  }

  /** Somebody signals. */
  signal(asked: unknown, tell: (notification: Notification) => void): void {
    const notification = { handle: SIGNAL, text: JSON.stringify(asked) };
    this.send({ commands: 0, notification, written: () => tell(notification) });
  }

  /** A timer rings at Restate itself. */
  ring(handle: string, commands: number): Notification {
    const notification = { handle, text: "null" };
    this.#keep({ commands, notification });
    return notification;
  }

  /** The first of what is on its way is written. */
  write(): Unwritten | undefined {
    const next = this.#unwritten.shift();
    if (next) this.#keep(next);
    return next;
  }

  /** The process is killed, after so much more was written. What was not durable is not there any more. */
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

/** The place of the command that a handle is of. */
function indexOf(handle: string): number {
  return Number(handle.split(" ")[1]);
}
