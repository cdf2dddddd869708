/** A command for a shell that asks what the view asked. It names no token: the variable TOKEN holds it, if one is needed. */
export function curlOf(url: string, needsToken: boolean): string {
  const header = needsToken ? ' -H "Authorization: Bearer $TOKEN"' : "";
  return `curl -s${header} '${url.replaceAll("'", "'\\''")}'`;
}
