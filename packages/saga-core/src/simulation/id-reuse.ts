import type { Controller } from "../definition/controller.ts";
import type { HolderQuery } from "../ports/journal.ts";
import type { Happening } from "./happening.ts";
import { countOf, type SimulatedWorld } from "./simulated-world.ts";

/** The id of the saga that holds every id given out again. */
export const OTHER_SAGA = "other-saga";

/** The ids that participants give out again: to another saga, once a rollback has freed them. */
export class IdReuse {
  readonly #world: SimulatedWorld;
  readonly #handlers: Controller["handlers"];
  /** The steps whose id is another saga's now. */
  readonly #reused = new Set<string>();

  constructor(world: SimulatedWorld, { handlers }: Controller) {
    this.#world = world;
    this.#handlers = handlers;
  }

  /** The ids that may be given out again now. A participant that keeps keys answers a repeated rollback as the first time. */
  get mishaps(): readonly Happening[] {
    return this.#handlers.flatMap((handler): readonly Happening[] => {
      const { step, participant } = handler;
      const hasId = handler.kind === "compensatable" && handler.rollbackId !== undefined && !participant.keyed;
      const isFree = hasId && countOf(this.#world.rollbacks, step) > 0 && !this.#reused.has(step);
      const happen = () => void this.#reused.add(step);
      return isFree ? [{ name: `${step}: its id is given out again to another saga`, cost: 1, happen }] : [];
    });
  }

  has(step: string): boolean {
    return this.#reused.has(step);
  }

  /** The answer of a journal that has the records of the other saga too. */
  async holderOf({ member }: HolderQuery): Promise<string | undefined> {
    const isHeld = this.#handlers.some(
      (handler) => handler.kind === "compensatable" && handler.rollbackId === member && this.#reused.has(handler.step),
    );
    return isHeld ? OTHER_SAGA : undefined;
  }

  get snapshot(): unknown {
    return [...this.#reused];
  }
}
