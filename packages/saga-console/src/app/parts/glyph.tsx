import type { VNode } from "preact";
import type { Mark } from "../model/picture.ts";

/** The colour of a mark, as a class of the style. */
export function toneOf(mark: Mark | "ready"): string {
  switch (mark) {
    case "done":
    case "completed":
      return "done";
    case "under-way":
    case "waiting":
    case "running":
      return "way";
    case "rejected":
    case "unavailable":
    case "needs_intervention":
      return "bad";
    case "unknown":
      return "doubt";
    case "undoing":
    case "undone":
    case "cancelled":
      return "undo";
    default:
      return "quiet";
  }
}

/** The shape of a mark, drawn around the origin. Each mark has a shape of its own: colour is never the only sign. */
function shapeOf(mark: Mark | "ready"): VNode {
  switch (mark) {
    case "done":
    case "completed":
      return (
        <>
          <circle class="fill" r="8" />
          <path class="on-fill" d="M-3.6 .2-1 3 3.8-2.8" />
        </>
      );
    case "under-way":
    case "running":
      return (
        <>
          <circle class="ground faint" r="7" />
          <path class="turning" d="M0-7A7 7 0 0 1 7 0" />
        </>
      );
    case "rejected":
      return (
        <>
          <rect class="ground" x="-7" y="-7" width="14" height="14" rx="1.5" />
          <path d="M-3-3 3 3M3-3-3 3" />
        </>
      );
    case "unavailable":
      return <path class="ground" d="M-8-6H8L0 7.5Z" />;
    case "needs_intervention":
      return (
        <>
          <path class="fill" d="M0-8 9 7.5H-9Z" />
          <path class="on-fill" d="M0-3V2.6M0 5v.2" />
        </>
      );
    case "unknown":
      return (
        <>
          <path class="ground" d="M0-9.5 9.5 0 0 9.5-9.5 0Z" />
          <path d="M-2.2-1.9C-2.2-4.9 2.4-4.7 2.2-1.9 2-.3 0-.2 0 1.7M0 4.3v.2" />
        </>
      );
    case "waiting":
      return (
        <>
          <circle class="ground" r="7" />
          <path d="M0-4V0L2.8 1.8" />
        </>
      );
    case "undoing":
      return (
        <>
          <circle class="ground dashes" r="7" />
          <path d="M0 3.4V-3.4M-2.6-.9 0-3.5 2.6-.9" />
        </>
      );
    case "undone":
    case "cancelled":
      return (
        <>
          <circle class="ground" r="7" />
          <path d="M3.2 3C4.6-.6 1.6-2.6-3-1.6M-.8-4-3.2-1.6-.6 .8" />
        </>
      );
    case "skipped":
      return (
        <>
          <circle class="ground" r="7" />
          <path d="M-3.2 0H3.2" />
        </>
      );
    case "pending":
    case "ready":
      return <circle class="ground dots" r="7" />;
    default:
      return <rect class="ground dashes" x="-7" y="-7" width="14" height="14" />;
  }
}

/** A mark inside a larger drawing. */
export function Node({ mark, x, y }: { readonly mark: Mark | "ready"; readonly x: string; readonly y: number }): VNode {
  return (
    <svg class={`node tone-${toneOf(mark)}`} x={x} y={y} overflow="visible" aria-hidden="true">
      {shapeOf(mark)}
    </svg>
  );
}

/** A mark in a line of text. Its word stands beside it. */
export function Glyph({ mark }: { readonly mark: Mark | "ready" }): VNode {
  return (
    <svg class={`glyph tone-${toneOf(mark)}`} viewBox="-10.5 -10.5 21 21" width="16" height="16" aria-hidden="true">
      {shapeOf(mark)}
    </svg>
  );
}
