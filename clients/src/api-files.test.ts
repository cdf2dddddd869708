import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readApiDocument } from "./api-document.ts";
import { makeApiFiles } from "./api-files.ts";
import { sampleRequests } from "./sample-requests.ts";

describe("the files in docs/api", () => {
  it("are as the OpenAPI document generates them (if not: pnpm --filter clients run update)", async () => {
    for (const [path, text] of await makeApiFiles()) expect(readFileSync(path, "utf8"), path).toBe(text);
  });

  it("have a request for every operation, with a body where the operation reads one", async () => {
    const document = await readApiDocument();
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const requests = sampleRequests(document);
    expect(requests.map(({ id }) => id)).toEqual(operations.map(({ operationId }) => operationId));
    // Health is open to everybody.
    expect(requests.map(({ token }) => token === undefined)).toEqual(requests.map(({ path }) => path.startsWith("/health")));
    expect(requests.map(({ body }) => body !== undefined)).toEqual(
      operations.map(({ requestBody }) => requestBody !== undefined),
    );
  });
});
