import { effect, type Signal, signal } from "@preact/signals";
import { kept } from "./kept.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The theme that was chosen; `auto` is the system's. */
export const theme: Signal<Theme> = signal(themes.find((each) => each === kept.get("theme")) ?? "auto");

/** Whether keys without a modifier do something. A person whose software types them can switch that off. */
export const hasSingleKeys: Signal<boolean> = signal(kept.get("keys") !== "off");

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  kept.set("theme", chosen);
}

export function chooseKeys(chosen: boolean): void {
  hasSingleKeys.value = chosen;
  kept.set("keys", chosen ? "on" : "off");
}
