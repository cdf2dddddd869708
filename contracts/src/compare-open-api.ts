import { Comparator, type ComparatorOptions } from "@pactflow/openapi-pact-comparator";
import { z } from "zod";
import type { Pact } from "./pact.ts";

type Document = NonNullable<ComparatorOptions["oas"]>;

/**
 * Compares pacts with the OpenAPI document of a running service.
 *
 * @returns for the file of each pact, what the document does not allow.
 */
export async function compareWithOpenApi(url: string, pacts: readonly Pact[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const response = await fetch(`${url}/openapi.json`, { headers: { connection: "close" } });
  const oas: unknown = await response.json();
  if (!isDocument(oas)) throw new TypeError(`${url}/openapi.json is not an OpenAPI document.`);
  const comparator = new Comparator({ oas });
  const findings = new Map<string, readonly string[]>();
  for (const pact of pacts) {
    const errors: string[] = [];
    for await (const { type, message, mockDetails } of comparator.compare(JSON.parse(pact.text))) {
      if (type === "error") errors.push(`${mockDetails?.interactionDescription ?? pact.file}: ${message}`);
    }
    findings.set(pact.file, errors);
  }
  return findings;
}

const outline = z.object({ openapi: z.string(), info: z.object({}), paths: z.object({}) });

/** Checks the outline only; the comparator checks the rest. */
function isDocument(value: unknown): value is Document {
  return outline.safeParse(value).success;
}
