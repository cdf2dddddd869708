import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readApiDocument } from "./api-document.ts";
import { toHttpFile } from "./http-file.ts";
import { toPostmanCollection } from "./postman-collection.ts";

const directory = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "docs/api");

export const postmanPath = join(directory, "orchestrator.postman_collection.json");
export const httpPath = join(directory, "orchestrator.http");

/** Where the local stack is, and the definition that it has. */
const variables = { base_url: "http://127.0.0.1:5123", definition: "order" };

/** The files below docs/api that are made of the OpenAPI document, by their paths. */
export async function makeApiFiles(): Promise<ReadonlyMap<string, string>> {
  const document = await readApiDocument();
  const collection = toPostmanCollection(document, { ...variables, saga_id: "" });
  return new Map([
    [postmanPath, `${JSON.stringify(collection, null, 2)}\n`],
    [httpPath, toHttpFile(document, variables)],
  ]);
}
