/** What a command is sent to. */
export interface CommandTarget {
  readonly url: string;
  /** Whether its sender must show who he is. The token stays in a variable of his shell. */
  readonly needsToken: boolean;
}

/** The command for a shell that posts a body as JSON. */
export function curlCommand({ url, needsToken }: CommandTarget, body: object): string {
  const token = needsToken ? ` -H "Authorization: Bearer $TOKEN"` : "";
  return `curl ${quote(url)}${token} -H 'content-type: application/json' -d ${quote(JSON.stringify(body))}`;
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
