import { type Signal, signal } from "@preact/signals";
import { kept } from "./kept.ts";

/** The queries of the list that a person keeps in this browser, by their names. */
export const ownViews: Signal<Readonly<Record<string, string>>> = signal(readViews());

export function keepView(name: string, search: string): void {
  write({ ...ownViews.peek(), [name]: search });
}

export function forgetView(name: string): void {
  write(Object.fromEntries(Object.entries(ownViews.peek()).filter(([each]) => each !== name)));
}

function write(views: Readonly<Record<string, string>>): void {
  ownViews.value = views;
  kept.set("views", JSON.stringify(views));
}

function readViews(): Readonly<Record<string, string>> {
  const found = jsonOf(kept.get("views") ?? "{}");
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, search]: [string, unknown]) => (typeof search === "string" ? [[name, search]] : [])),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
