import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readApiDocument } from "./api-document.ts";
import { makeApiFiles } from "./api-files.ts";
import { sampleRequests } from "./sample-requests.ts";

describe("the files below docs/api", () => {
  it("are what the OpenAPI document makes of them (else: pnpm --filter clients run update)", async () => {
    for (const [path, text] of await makeApiFiles()) expect(readFileSync(path, "utf8"), path).toBe(text);
  });

  it("have a request for every operation, and a body for every one that needs one", async () => {
    const document = await readApiDocument();
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const requests = sampleRequests(document);
    expect(requests.map(({ id }) => id)).toEqual(operations.map(({ operationId }) => operationId));
    expect(requests.map(({ body }) => body !== undefined)).toEqual(
      operations.map(({ requestBody }) => requestBody !== undefined),
    );
  });
});
