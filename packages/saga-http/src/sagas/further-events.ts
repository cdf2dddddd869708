import type { Caller } from "../access/access.ts";
import type { EventHub } from "./event-hub.ts";
import type { EventSource } from "./event-source.ts";
import type { RenderedPages } from "./rendered-pages.ts";

export interface FurtherEventsOptions {
  readonly pages: RenderedPages;
  readonly hub: EventHub;
  /** Who reads them. Default: an operator. */
  readonly caller?: Caller;
}

/** The events of a saga after the one numbered `after`, in order, until the saga has ended. */
export function furtherEvents(sagaId: string, after: number, { pages, hub, caller }: FurtherEventsOptions): EventSource {
  let last = after;
  return {
    watch: (onEvent) => hub.watch(sagaId, onEvent),
    // The journal has what a slow reader has not read.
    hasLostSome: () => false,
    next: async () => {
      const page = await pages.read(sagaId, last, caller);
      if (!page || page === "end") return page;
      last = page.last;
      return { bytes: page.bytes, hasMore: true };
    },
  };
}
