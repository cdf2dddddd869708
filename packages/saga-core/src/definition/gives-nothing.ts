import type { Nothing } from "./outcome.ts";
import type { Schema } from "./schema.ts";

/** The `gives` of a handler whose step leaves nothing behind for later ones. */
export const givesNothing: Schema<Nothing> = {
  "~standard": { version: 1, vendor: "saga-core", validate: () => ({ value: {} }) },
};
