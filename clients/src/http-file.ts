import type { ApiDocument } from "./api-document.ts";
import { type SampleRequest, sampleRequests } from "./sample-requests.ts";

/** A file of requests, as httpYac and editors that know its format send them (https://httpyac.github.io/guide/request.html). */
export function toHttpFile(document: ApiDocument, variables: Readonly<Record<string, string>>): string {
  const [start, ...others] = sampleRequests(document).map(toText);
  const declared = Object.entries(variables).map(([name, value]) => `@${name} = ${value}\n`);
  return [`# ${document.info.title}\n\n`, ...declared, start, ...others].join("");
}

function toText(
  { id, summary, method, path, headers, query, body, token }: SampleRequest,
  place: number,
  all: readonly SampleRequest[],
): string {
  const json = body === undefined ? "" : "Content-Type: application/json\n";
  const authorization = token === undefined ? "" : `Authorization: Bearer {{${token}}}\n`;
  const optional = [
    ...query.map(({ name, description }) => `# ?${name}= ${description}`),
    ...headers.map(({ name, description }) => `# ${name}: ${description}`),
  ];
  const hints = optional.map((line) => `${line.trim()}\n`).join("");
  // All later requests are about the saga that the first one started.
  const sagaId = place === 1 ? `@saga_id = {{${all[0]?.id}.saga_id}}\n` : "";
  return `\n### ${summary}\n# @name ${id}\n${hints}${sagaId}${method} {{base_url}}${path}\n${authorization}${json}${body === undefined ? "" : `\n${body}\n`}`;
}
