import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { SwaggerUi } from "saga-http";

/** Where its files are. */
export const swaggerUiDirectory = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

/** Swagger UI for `GET /docs`, from files of this machine. */
export const swaggerUi: SwaggerUi = (file) => readFile(join(swaggerUiDirectory, file));
