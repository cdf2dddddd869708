/**
 * The URL of a participant, without a slash at its end, so that a path may follow. Credentials would be told wherever the address is, and a query
 * or a fragment would swallow the path.
 *
 * @throws TypeError when `url` is not the URL of an HTTP service.
 */
export function baseUrlOf(name: string, url: string): string {
  const { protocol, username, password } = new URL(url);
  if (!/^https?:$/.test(protocol)) throw new TypeError(`The URL of ${name} must begin with http: or https:.`);
  if (/[?#]/.test(url) || username || password)
    throw new TypeError(`The URL of ${name} must have no query, fragment or credentials: say those in the headers.`);
  return url.replace(/\/+$/, "");
}
