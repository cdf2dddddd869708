import { computed, type ReadonlySignal } from "@preact/signals";
import { language } from "../language.ts";
import { whatIfEn } from "./en.ts";
import { whatIfFr } from "./fr.ts";
import type { WhatIfMessages } from "./messages.ts";

const languages = { en: whatIfEn, fr: whatIfFr } as const;

/** The texts of what would happen, in the language of the page. */
export const whatIf: ReadonlySignal<WhatIfMessages> = computed(() => languages[language.value]);
