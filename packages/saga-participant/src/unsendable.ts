/** A name of a header (RFC 9110, 5.6.2), and a value of one (5.5), which fetch and undici refuse otherwise, and fetch tells in its message. */
const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A header that HTTP does not allow; undefined if all are allowed. It may be a secret, so its value is not told. */
export function badHeaderOf(headers: Readonly<Record<string, string>>): string | undefined {
  const bad = Object.entries(headers).find(([name, value]) => !headerName.test(name) || !headerValue.test(value));
  return bad && `HTTP does not allow the header ${JSON.stringify(bad[0])}, or a character of its value`;
}

/**
 * Whether a URL would leave the path out of which it is made: a segment `.` or `..` is resolved before it is sent, `encodeURIComponent` does not
 * encode it, and the call would reach something else.
 */
export function leadsAway(path: string): boolean {
  const [segments = ""] = path.split(/[?#]/);
  return segments.split(/[/\\]/).some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}
