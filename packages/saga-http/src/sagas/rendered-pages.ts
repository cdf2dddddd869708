import type { Engine } from "saga-core";
import { type Caller, readsAll } from "../access/access.ts";
import type { EventHub } from "./event-hub.ts";
import { joinBytes, renderMessage } from "./event-source.ts";
import { findEvents, hasEnded } from "./find-events.ts";
import { WorkQueue } from "./work-queue.ts";

/** How many events a stream reads at a time. */
const STREAM_PAGE = 100;

/** A page of a saga's events, as it goes over the wire, and the number of its last event. */
interface RenderedPage {
  readonly bytes: Uint8Array;
  readonly last: number;
}

/** The most pages that are remembered, for readers of the same saga. */
const PAGES_MAX = 32;
/** The most pages that are read at the same time: reading a long history takes a while. */
const READS_MAX = 2;

/** The pages of the histories that are streamed: one that several readers need is read and rendered once. */
export class RenderedPages {
  readonly #engine: Engine;
  readonly #hub: EventHub;
  readonly #reads = new WorkQueue({ atOnce: READS_MAX, waitingMax: Number.POSITIVE_INFINITY });
  readonly #pages = new Map<string, Promise<RenderedPage | "end" | undefined>>();

  constructor({ engine, hub }: { readonly engine: Engine; readonly hub: EventHub }) {
    this.#engine = engine;
    this.#hub = hub;
  }

  /** The events after a number; undefined while there are none, `end` when none will come. It is remembered while the saga is watched. */
  read(sagaId: string, after: number, caller: Caller = {}): Promise<RenderedPage | "end" | undefined> {
    // A further event makes it another page.
    const key = JSON.stringify([sagaId, after, this.#hub.versionOf(sagaId), readsAll(caller)]);
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    const page = this.#reads.run(() => this.#render(sagaId, after, caller));
    page.catch(() => this.#pages.delete(key));
    this.#pages.set(key, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > PAGES_MAX && oldest !== undefined) this.#pages.delete(oldest);
    return page;
  }

  async #render(sagaId: string, after: number, caller: Caller): Promise<RenderedPage | "end" | undefined> {
    const page = await findEvents(this.#engine, sagaId, { after, limit: STREAM_PAGE, caller });
    const items = page?.items ?? [];
    const last = items.at(-1)?.seq;
    if (last === undefined) return (await isOver(this.#engine, sagaId, after)) ? "end" : undefined;
    return { bytes: joinBytes(items.map((item) => renderMessage({ data: item, id: item.seq }))), last };
  }
}

/** Whether nothing comes after the event with this number: the saga has ended, or was deleted long after its end. */
async function isOver(engine: Engine, sagaId: string, last: number): Promise<boolean> {
  const found = await engine.get(sagaId);
  return !found || (hasEnded(found) && found.saga.seq <= last);
}
