import type { ApiDocument } from "./api-document.ts";
import { type Parameter, type SampleRequest, sampleRequests } from "./sample-requests.ts";

const SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/** A Postman collection (v2.1): a folder for each tag, a request for each operation, with a test of its status. */
export function toPostmanCollection(document: ApiDocument, variables: Readonly<Record<string, string>>): object {
  const requests = sampleRequests(document);
  return {
    info: { name: document.info.title, schema: SCHEMA },
    variable: Object.entries(variables).map(([key, value]) => ({ key, value })),
    item: document.tags.map(({ name, description }) => ({
      name,
      description,
      item: requests.filter(({ tag }) => tag === name).map(toItem),
    })),
  };
}

function toItem(request: SampleRequest): object {
  const { id, summary, method, path, query, headers, body, token, statuses } = request;
  const json = body === undefined ? [] : [{ key: "Content-Type", value: "application/json" }];
  return {
    name: `${id}: ${summary}`,
    request: {
      method,
      auth: token === undefined ? { type: "noauth" } : { type: "bearer", bearer: [{ key: "token", value: `{{${token}}}` }] },
      header: [...json, ...headers.map(disabled)],
      url: { raw: `{{base_url}}${path}`, host: ["{{base_url}}"], path: path.slice(1).split("/"), query: query.map(disabled) },
      ...(body !== undefined && { body: { mode: "raw", raw: body } }),
    },
    event: [{ listen: "test", script: { type: "text/javascript", exec: testOf(id, statuses) } }],
  };
}

function disabled({ name, description }: Parameter): object {
  return { key: name, value: "", description, disabled: true };
}

function testOf(id: string, statuses: readonly number[]): readonly string[] {
  const test = `pm.test("${statuses.join(" or ")}", () => pm.expect(pm.response.code).to.be.oneOf([${statuses.join(", ")}]));`;
  // All later requests are about this saga.
  const isStart = /^start\w+Saga$/.test(id);
  return isStart ? [test, 'pm.collectionVariables.set("saga_id", pm.response.json().saga_id);'] : [test];
}
