import { z } from "zod";

const levels = ["debug", "info", "warning", "error"] as const;
type Level = (typeof levels)[number];

const levelsAllowed = "must be categories with levels, like participants=debug,access=error";

/** The variables of the log. */
export const logVariables = {
  LOG_LEVEL: z.enum(levels, 'must be "debug", "info", "warning" or "error"').default("info").meta({
    description:
      "The lowest level that is logged. `info` has a line for each saga that turns back or ends; `debug` one for each attempt too.",
    example: "debug",
  }),
  LOG_LEVELS: z
    .string()
    .refine((text) => text === "" || text.split(",").every(isLevelOfCategory), levelsAllowed)
    .transform(toLevels)
    .optional()
    .meta({
      description:
        "The lowest levels of single categories, with commas between them: `access`, `participants`, `restate`, or the name of a definition. Unset: `LOG_LEVEL` for all.",
      example: "participants=debug,order=warning",
    }),
  LOG_FORMAT: z.enum(["auto", "json", "text"], 'must be "auto", "json" or "text"').default("auto").meta({
    description: "`json`: one JSON object a line; `text`: one line to be read; `auto`: `text` on a terminal, else `json`.",
    example: "json",
  }),
  NO_COLOR: z
    .string()
    .regex(/^\P{Cc}*$/u, "must have no control characters")
    .optional()
    .meta({ description: "Set to anything: the log has no colours on a terminal.", example: "1" }),
};

function isLevelOfCategory(part: string): boolean {
  const [category = "", level = "", ...rest] = part.split("=");
  return /^[a-z][a-z0-9-]*$/.test(category) && isLevel(level) && rest.length === 0;
}

function isLevel(text: string): text is Level {
  return levels.some((level) => level === text);
}

function toLevels(text: string): ReadonlyMap<string, Level> {
  return new Map(
    text.split(",").flatMap((part) => {
      const [category = "", level = ""] = part.split("=");
      return isLevel(level) ? [[category, level] as const] : [];
    }),
  );
}
