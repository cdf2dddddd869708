import { createHash } from "node:crypto";
import { timestamp } from "../wire/timestamp.ts";
import type { BulkItem } from "./bulk-schemas.ts";

/** How long the token of a preview may be used. What would become of each saga is compared again in any case. */
const VALID_MS = 3_600_000;

/** A saga that a preview listed, with a hash of what it said would become of it. */
export interface ListedSaga {
  readonly id: string;
  readonly shown: string;
}

/** What a preview listed. */
export interface Listing {
  /** The sagas on which the operation was allowed. */
  readonly sagas: readonly ListedSaga[];
  /** The last saga of the page; undefined on the last page. */
  readonly nextCursorId: string | undefined;
}

const SUM_BYTES = 12;
const TIME_BYTES = 6;
const ID_BYTES = 16;
const SHOWN_BYTES = 4;
const NO_CURSOR = "0".repeat(ID_BYTES * 2);

/**
 * The token of a preview: the time at which it expires, the cursor, each listed saga, and a checksum over these and the `operation` (its name and
 * filters). It holds all that its use needs, so that no process has to remember previews, and any process on the same Restate can read it.
 * It protects an operator from a mistake, not the sagas from an attacker: a client that can make a token can send `saga_ids` as well.
 */
export function writeToken({ sagas, nextCursorId }: Listing, operation: string, now: number): string {
  const expiresAt = (now + VALID_MS).toString(16).padStart(TIME_BYTES * 2, "0");
  const cursor = hexOf(nextCursorId) + "0".repeat(SHOWN_BYTES * 2);
  const content = Buffer.from([expiresAt, cursor, ...sagas.map(({ id, shown }) => hexOf(id) + shown)].join(""), "hex");
  return Buffer.concat([sumOf(content, operation), content]).toString("base64url");
}

/** What the preview listed, or what is wrong with the token, as the end of a sentence that begins with it. */
export function readToken(token: string, operation: string, now: number): Listing | string {
  const bytes = Buffer.from(token, "base64url");
  const content = bytes.subarray(SUM_BYTES);
  if (!sumOf(content, operation).equals(bytes.subarray(0, SUM_BYTES)))
    return "must be the whole token of a preview of the same operation with the same where";
  const expiresAt = content.readUIntBE(0, TIME_BYTES);
  if (now >= expiresAt) return `was valid until ${timestamp(expiresAt)}: preview again`;
  const [cursor = NO_CURSOR, ...entries] = partsOf(content.subarray(TIME_BYTES).toString("hex"));
  return {
    sagas: entries.map((entry) => ({ id: idOf(entry), shown: entry.slice(ID_BYTES * 2) })),
    nextCursorId: cursor.startsWith(NO_CURSOR) ? undefined : idOf(cursor),
  };
}

/** A hash of what a preview shows of a saga beyond texts for people. */
export function hashOf({ consequence }: BulkItem): string {
  const { explanation: _text, ...shown } = consequence ?? {};
  return createHash("sha256")
    .update(JSON.stringify(shown))
    .digest("hex")
    .slice(0, SHOWN_BYTES * 2);
}

function sumOf(content: Uint8Array, operation: string): Buffer {
  return createHash("sha256").update(content).update(operation).digest().subarray(0, SUM_BYTES);
}

function hexOf(id: string | undefined): string {
  return id?.replaceAll("-", "") ?? NO_CURSOR;
}

function idOf(hex: string): string {
  return hex.slice(0, ID_BYTES * 2).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The cursor and the listed sagas, which have the same length. */
function partsOf(hex: string): readonly string[] {
  return hex.match(new RegExp(`.{${(ID_BYTES + SHOWN_BYTES) * 2}}`, "g")) ?? [];
}
