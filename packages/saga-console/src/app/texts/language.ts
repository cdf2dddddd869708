import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { kept } from "../parts/kept.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import type { Messages } from "./messages.ts";

export type Language = "en" | "fr";

const languages: Readonly<Record<Language, Messages>> = { en, fr };

/** The language of the page: what was chosen, else the browser's. */
export const language: Signal<Language> = signal(toLanguage(kept.get("language") ?? navigator.language));

/** Every text, in the language of the page. */
export const t: ReadonlySignal<Messages> = computed(() => languages[language.value]);

effect(() => {
  document.documentElement.lang = language.value;
});

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  kept.set("language", chosen);
}

function toLanguage(tag: string): Language {
  return tag.toLowerCase().startsWith("fr") ? "fr" : "en";
}
