import type { Append } from "../objects/messages.ts";
import type { LaterEvents } from "../workflow/ended-saga.ts";

/** The object in which Restate keeps what comes for a saga after its end. What it has is durable. */
export class LaterStore implements LaterEvents {
  readonly #events: string[] = [];

  get snapshot(): unknown {
    return [...this.#events];
  }

  get events(): readonly unknown[] {
    return this.#events.map((text): unknown => JSON.parse(text));
  }

  readonly read = async (): Promise<readonly unknown[]> => this.events;

  readonly append = async ({ after, event }: Append): Promise<boolean> => {
    if (this.#events.length !== after) return false;
    this.#events.push(JSON.stringify(event));
    return true;
  };
}
