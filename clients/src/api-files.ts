import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readApiDocument } from "./api-document.ts";
import { toHttpFile } from "./http-file.ts";
import { toPostmanCollection } from "./postman-collection.ts";

const directory = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "docs/api");

export const postmanPath = join(directory, "orchestrator.postman_collection.json");
export const httpPath = join(directory, "orchestrator.http");

/**
 * The address of the local stack, its definition, and a step and a correlation that it does not have: a signal for them is refused. The local stack
 * authenticates nobody; elsewhere the tokens are what `make-token` prints.
 */
const variables = {
  base_url: "http://127.0.0.1:5123",
  definition: "order",
  step: "wait-for-payment",
  correlation: "A-4711",
  start_token: "none",
  signal_token: "none",
  operator_token: "none",
};

/** The text of each generated file in docs/api, by its path. */
export async function makeApiFiles(): Promise<ReadonlyMap<string, string>> {
  const document = await readApiDocument();
  const collection = toPostmanCollection(document, { ...variables, saga_id: "" });
  return new Map([
    [postmanPath, `${JSON.stringify(collection, null, 2)}\n`],
    [httpPath, toHttpFile(document, variables)],
  ]);
}
