import { Stack, Supervisor } from "stack";
import { RunningLab } from "stack/lab";

/** The local stack with its lab, as `start` runs them. */
export class LabStack {
  readonly #stack: Stack;
  readonly #lab: RunningLab;
  readonly #stopping: { isStopping: boolean };

  private constructor(stack: Stack, lab: RunningLab, stopping: { isStopping: boolean }) {
    this.#stack = stack;
    this.#lab = lab;
    this.#stopping = stopping;
  }

  static async start(): Promise<LabStack> {
    const stopping = { isStopping: false };
    const stack = await Stack.start({ keepsMocks: true });
    const supervisor = new Supervisor({ stack, isStopping: () => stopping.isStopping, print: () => undefined });
    // What ends it fails the test that waits for it.
    supervisor.watch().catch(() => undefined);
    return new LabStack(stack, await RunningLab.start({ stack, supervisor, isKeyed: true, port: 0 }), stopping);
  }

  /** The address that is printed, with its token. */
  get url(): string {
    return this.#lab.url;
  }

  /** The pages, without the token: for who has the cookie. */
  get origin(): string {
    return new URL(this.#lab.url).origin;
  }

  async stop(): Promise<void> {
    this.#stopping.isStopping = true;
    try {
      await this.#lab.stop();
    } finally {
      await this.#stack.stop();
    }
  }
}
