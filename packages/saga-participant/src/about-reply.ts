/** The status and the text of the error in the body, if it has one. */
export function aboutReply(status: number, body: unknown): string {
  const text = errorTextOf(body);
  return text === undefined ? `${status}` : `${status} ${text}`;
}

/** The text for people in the body of a refusal or a failure: `error`, or the `detail` of a problem (RFC 9457). */
export function errorTextOf(body: unknown): string | undefined {
  return textMember(body, "error") ?? textMember(body, "detail");
}

/** A member of a JSON object, if it is a text. */
export function textMember(body: unknown, name: string): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const value: unknown = Reflect.get(body, name);
  return typeof value === "string" ? value : undefined;
}
