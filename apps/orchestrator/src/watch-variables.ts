import { flag } from "service-kit";
import { z } from "zod";

/** The variables of what watches the orchestrator. */
export const watchVariables = {
  METRICS: flag(true, {
    description: "Whether metrics are counted, and `GET /metrics` has them for Prometheus.",
    example: "false",
  }),
  BUILD_COMMIT: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, "must be a commit in lower-case hexadecimal digits")
    .optional()
    .meta({ description: "The commit that runs, as `GET /version` and the metrics say it.", example: "4ec6415" }),
};
