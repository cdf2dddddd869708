import { useEffect, useRef } from "preact/hooks";
import { hasSingleKeys } from "./theme.ts";

/** What turns the pages. */
export interface PageKeys {
  readonly onNext: () => void;
  readonly onPrevious: () => void;
}

/** Lets keys act on the rows of a table: j and k move, Enter follows the link that has the focus, x marks, n and p turn the page, / searches. */
export function useRowKeys(body: { readonly current: HTMLElement | null }, pages: PageKeys): void {
  const current = useRef(pages);
  current.current = pages;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isPlain = !(event.ctrlKey || event.metaKey || event.altKey);
      if (!hasSingleKeys.peek() || !isPlain || isTyping(event.target) || isInDialog(event.target)) return;
      const act = body.current && actOf(event.key, body.current, current.current);
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

/** What a key does; undefined: nothing. */
function actOf(key: string, body: HTMLElement, { onNext, onPrevious }: PageKeys): (() => void) | undefined {
  switch (key) {
    case "/":
      return () => document.getElementById("text")?.focus();
    case "j":
      return () => moveFocus(body, 1);
    case "k":
      return () => moveFocus(body, -1);
    case "x":
      return () => markFocused(body);
    case "n":
      return onNext;
    case "p":
      return onPrevious;
    default:
      return undefined;
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== "checkbox")
  );
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("dialog") !== null;
}

function moveFocus(body: HTMLElement, by: number): void {
  const links = [...body.querySelectorAll<HTMLAnchorElement>("th a")];
  const at = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
  links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

function markFocused(body: HTMLElement): void {
  const row = [...body.querySelectorAll("tr")].find((each) => each.contains(document.activeElement));
  row?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
}
