import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import { z } from "zod";

const schema = z.looseObject({ $ref: z.string().optional(), example: z.unknown().optional() });
const media = z.record(z.string(), z.looseObject({ schema }));

const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  tags: z.tuple([z.string()]),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(["path", "query", "header"]), description: z.string().optional() }))
    .default([]),
  requestBody: z.looseObject({ content: media }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: media.optional() })),
});

const document = z.looseObject({
  info: z.looseObject({ title: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), schema) }),
});

/** The parts of an OpenAPI document that the API files are made from. */
export type ApiDocument = z.output<typeof document>;

/** The OpenAPI document that the orchestrator serves. */
export async function readApiDocument(): Promise<ApiDocument> {
  const directory = mkdtempSync(join(tmpdir(), "clients-"));
  const { fetch, close } = await compose(readConfig({ JOURNAL_PATH: join(directory, "journal.sqlite") }));
  try {
    return document.parse(await (await fetch(new Request("http://clients/openapi.json"))).json());
  } finally {
    await close();
    rmSync(directory, { recursive: true });
  }
}
