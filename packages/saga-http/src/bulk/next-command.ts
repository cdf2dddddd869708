/** The command for a shell that posts a body as JSON. */
export function curlCommand(url: string, body: object): string {
  return `curl ${quote(url)} -H 'content-type: application/json' -d ${quote(JSON.stringify(body))}`;
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
