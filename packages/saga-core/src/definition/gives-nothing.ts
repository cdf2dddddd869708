import type { Nothing } from "./outcome.ts";
import type { Schema } from "./schema.ts";

/** The schema `gives` of a handler whose step adds nothing to the saga's data. It accepts any value, and gives an empty object. */
export const givesNothing: Schema<Nothing> = {
  "~standard": { version: 1, vendor: "saga-core", validate: () => ({ value: {} }) },
};
