import { read } from "./client.ts";
import { consequenceSchema, z } from "./replies.ts";

const text = z.string();

const bulkSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      saga_id: text,
      accepted: z.boolean(),
      reason: z.optional(text),
      allowed_from: z.optional(text),
      consequence: z.optional(consequenceSchema),
      event_seq: z.optional(z.number()),
    }),
  ),
  token: z.optional(text),
});

/** What an operation would do, or did, to each of some sagas. */
export type BulkReply = z.output<typeof bulkSchema>;
export type BulkItem = BulkReply["items"][number];

/** An operation on some sagas. */
export interface BulkRequest {
  readonly route: "cancel" | "retry" | "resolve";
  readonly ids: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

/** What would become of each. Nothing is done. */
export async function previewBulk({ route, ids, body }: BulkRequest): Promise<BulkReply> {
  return await read(bulkSchema, `sagas/${route}`, { method: "POST", json: { ...body, saga_ids: ids, preview: true } });
}

/** @param token of the preview: only what it showed is done. */
export async function performBulk({ route, ids, body }: BulkRequest, token: string): Promise<BulkReply> {
  return await read(bulkSchema, `sagas/${route}`, { method: "POST", json: { ...body, saga_ids: ids, token } });
}

const previewSchema = z.looseObject({ signal: text, consequence: z.optional(consequenceSchema) });

/** What a signal would be now. */
export type SignalPreview = z.output<typeof previewSchema>;

const acceptedSchema = z.looseObject({ signal: text, event_seq: z.optional(z.number()) });

export type AcceptedSignal = z.output<typeof acceptedSchema>;

function pathOf(id: string, step: string): string {
  return `sagas/${encodeURIComponent(id)}/signals/${encodeURIComponent(step)}`;
}

export async function previewSignal(id: string, step: string, signal: unknown): Promise<SignalPreview> {
  return await read(previewSchema, `${pathOf(id, step)}/preview`, { method: "POST", json: signal });
}

/** @throws ApiError 403 without the role `signal`, 409 for a late one. */
export async function sendSignal(id: string, step: string, signal: unknown): Promise<AcceptedSignal> {
  return await read(acceptedSchema, pathOf(id, step), { method: "POST", json: signal });
}
