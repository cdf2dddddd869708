import type { About } from "../model/why.ts";

/** A sentence for each code of a reason. Instants in what it is about are told in the page's language already. */
export type ReasonTexts = Readonly<Record<string, (about: About) => string>>;
