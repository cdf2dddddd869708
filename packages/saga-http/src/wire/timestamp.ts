/** An instant as this API says it (RFC 3339). */
export function timestamp(at: number): string {
  return new Date(at).toISOString();
}
