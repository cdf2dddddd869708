import { computed, type ReadonlySignal } from "@preact/signals";
import { language } from "saga-console/app/texts/language.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import type { LabMessages } from "./messages.ts";

const languages = { en, fr } as const;

/** Every text of the lab, in the language that was chosen for the console. */
export const texts: ReadonlySignal<LabMessages> = computed(() => languages[language.value]);
