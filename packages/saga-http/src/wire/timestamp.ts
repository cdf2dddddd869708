/** An instant as this API writes it (RFC 3339, in UTC). */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
