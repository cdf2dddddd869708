import type { Controller } from "./controller.ts";
import type { AllGivenBy } from "./handler-types.ts";
import type { Schema } from "./schema.ts";

/** The type of a definition's input. */
export type InputOf<Definition extends Controller> = Definition["input"] extends Schema<infer Input> ? Input : never;

/** The type of the data of a definition's completed saga: its input, and what its steps gave. */
export type DataOf<Definition extends Controller> = InputOf<Definition> & AllGivenBy<Definition["handlers"]>;
