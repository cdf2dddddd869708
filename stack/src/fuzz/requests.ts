import { Buffer } from "node:buffer";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Api, ApiRoute } from "./api-routes.ts";
import { hostileEscape, hostileHeader, hostileWord } from "./hostile-text.ts";
import { type JsonTextOptions, jsonTextOf, parameterTextOf, SAGA_ID } from "./json-text.ts";
import type { Credential, FuzzRequest, RequestBody, SurfaceName } from "./request.ts";
import { mayUse, roles } from "./who-may.ts";

const definitions = ["order", "order-paid-later"] as const;
const steps = ["create-order", "decrease-stock", "read-amount", "create-payment", "open-payment", "await-payment"] as const;
/** Some of these payments are there, and some are not yet. */
const PAYMENT_MAX = 100;
const PICKS = 1_000_000;

/** What makes members and parameters reach something that exists. */
const known = {
  definition: fc.constantFrom(...definitions).map((name) => JSON.stringify(name)),
  step: fc.constantFrom(...steps).map((step) => JSON.stringify(step)),
  product_id: fc.integer({ min: 1, max: 4 }).map(String),
  // Payments refuses those of user 2.
  user_id: fc.integer({ min: 1, max: 3 }).map(String),
  saga_ids: fc.array(fc.constant(JSON.stringify(SAGA_ID)), { minLength: 1, maxLength: 2 }).map((ids) => `[${ids.join()}]`),
};

/** Requests of an API: valid ones of senders who may do it, and near-valid ones of all. */
export function requestsOf(api: Api): fc.Arbitrary<FuzzRequest> {
  // Each is built once: building them costs more than sending what they make.
  const valid = api.routes.map((route) => validRequest(route, api));
  const starts = valid.filter((_, at) => api.routes[at]?.template.startsWith("/saga/"));
  return fc.oneof(
    { weight: 2, arbitrary: fc.oneof(...starts) },
    { weight: 4, arbitrary: fc.oneof(...valid) },
    { weight: 12, arbitrary: fc.oneof(...api.routes.map((route) => nearValidRequest(route, api))) },
    { weight: 1, arbitrary: elsewhere },
  );
}

function validRequest(route: ApiRoute, { schemas }: Api): fc.Arbitrary<FuzzRequest> {
  const options = { schemas, hostile: 0, known };
  const allowed = roles.filter((role) => mayUse(role, route));
  return fc.record({
    surface: fc.constant(surfaceOf(route)),
    credential: fc.constantFrom<Credential>(...(route.isOpen ? (["none", ...roles] as const) : allowed)),
    method: fc.constant(route.method),
    target: targetOf(route, options),
    headers: validHeaders(route).map((own) => [...own, ...(route.body ? [json] : [])]),
    body: route.body ? declared(validBody(route, options)) : fc.constant(undefined),
    saga: fc.nat(PICKS),
  });
}

const json = ["content-type", "application/json"] as const;

const note = '"note":"By the fuzz."';
const one = `"saga_ids":["${SAGA_ID}"]`;
const many = '"where":{"definition":"order-paid-later","status":"running"},"preview":true';

/** Bodies that are more than valid: what they ask for may be done. The document cannot say which those are. */
const apt: readonly (readonly [path: RegExp, bodies: readonly string[]])[] = [
  [/signals\//, ['{"is_paid":true}', '{"is_paid":false}']],
  [/^\/sagas\/(cancel|retry)$/, [`{${one}}`, `{${one},"preview":true}`, `{${many}}`]],
  [
    /^\/sagas\/resolve$/,
    [`{${one},"step":"create-order","applied":false,${note}}`, `{${many},"step":"create-order","applied":false,${note}}`],
  ],
  [
    /\/resolve$/,
    [`{"step":"create-order","applied":true,"result":{"order_id":1},${note}}`, `{"step":"create-order","applied":false,${note}}`],
  ],
  [/\/end-wait$/, [`{"step":"await-payment",${note}}`]],
];

function validBody({ template, body }: ApiRoute, options: JsonTextOptions): fc.Arbitrary<string> {
  const made = jsonTextOf(body ?? {}, options);
  const bodies = apt.find(([path]) => path.test(template))?.[1];
  return bodies === undefined ? made : fc.oneof(fc.constantFrom(...bodies), made);
}

function declared(text: fc.Arbitrary<string>): fc.Arbitrary<RequestBody> {
  return text.map((each) => ({ bytes: Buffer.from(each), framing: "declared" as const }));
}

function surfaceOf({ template, method }: ApiRoute): SurfaceName {
  const isForCallers = template.startsWith("/saga/") || template.includes("signals/");
  return isForCallers || (method === "GET" && template.startsWith("/health")) ? "callers" : "operators";
}

function nearValidRequest(route: ApiRoute, api: Api): fc.Arbitrary<FuzzRequest> {
  const options = { schemas: api.schemas, hostile: 6, known };
  return fc
    .record({
      surface: oftenly(surfaceOf(route), fc.constantFrom<SurfaceName>("callers", "operators")),
      credential: nearCredential(route),
      method: oftenly(route.method, fc.constantFrom("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")),
      target: fc.oneof(
        { weight: 6, arbitrary: targetOf(route, options) },
        { weight: 3, arbitrary: hostileTarget(route, options) },
      ),
      headers: nearHeaders(route),
      content: nearBody(route, options),
      saga: fc.nat(PICKS),
    })
    .map(({ content, headers, ...rest }) => ({ ...rest, body: content.body, headers: [...headers, ...content.headers] }));
}

function oftenly<Value>(value: Value, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
}

function nearCredential(route: ApiRoute): fc.Arbitrary<Credential> {
  const allowed = roles.filter((role) => mayUse(role, route));
  const others = fc.constantFrom<Credential>("none", "wrong", "expired", "malformed", ...roles);
  return allowed.length === 0
    ? others
    : fc.oneof({ weight: 5, arbitrary: fc.constantFrom<Credential>(...allowed) }, { weight: 3, arbitrary: others });
}

/** The path with values that reach something, and some parameters of the query. */
function targetOf(route: ApiRoute, options: JsonTextOptions): fc.Arbitrary<string> {
  const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
    saga_id: fc.constant(SAGA_ID),
    definition: fc.constantFrom(...definitions),
    step: fc.oneof(fc.constant("await-payment"), fc.constantFrom(...steps)),
    correlation: fc.integer({ min: 1, max: PAYMENT_MAX }).map(String),
  };
  const query = route.query.map(({ name, schema }) =>
    fc.option(
      parameterTextOf({ name, schema }, options).map((value) => `${name}=${encodeURIComponent(value)}`),
      { nil: undefined, freq: 1 },
    ),
  );
  // A cursor is one that a list gave, and the text of a filter is any text.
  const kept = route.query.map(({ name }) => options.hostile > 0 || name !== "cursor");
  return fc.tuple(pathOf(route, values), fc.tuple(...query)).map(([path, parameters]) => {
    const given = parameters.filter((each, at) => each !== undefined && kept[at] === true);
    return given.length === 0 ? path : `${path}?${given.join("&")}`;
  });
}

function pathOf({ template }: ApiRoute, values: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<string> {
  const segments = template.split("/").map((segment) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    return name === undefined ? fc.constant(segment) : (values[name] ?? fc.constant("x"));
  });
  return fc.tuple(...segments).map((all) => all.join("/"));
}

/** The target with one of its parts replaced, doubled or escaped as it must not be. */
function hostileTarget(route: ApiRoute, options: JsonTextOptions): fc.Arbitrary<string> {
  const word = fc.oneof(
    hostileWord.map((text) => encodeURIComponent(text.toWellFormed())),
    hostileEscape,
  );
  const names = route.query.map(({ name }) => name);
  const name = fc.constantFrom(...(names.length > 0 ? names : ["x"]), "x", "__proto__", "constructor", "");
  return fc.oneof(
    { weight: 3, arbitrary: pathOf(route, { saga_id: word, definition: word, step: word, correlation: word }) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(targetOf(route, options), fc.array(fc.tuple(name, word), { minLength: 1, maxLength: 3 }))
        .map(
          ([target, more]) =>
            `${target}${target.includes("?") ? "&" : "?"}${more.map(([key, value]) => `${key}=${value}`).join("&")}`,
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          targetOf(route, options),
          fc.constantFrom("/", "//", "/.", "/..", "?", "??", "#x", ";x=y", "%2f", ".json", "/health/live"),
        )
        .map(([target, end]) => `${target}${end}`),
    },
    {
      weight: 1,
      arbitrary: targetOf(route, options).map((target) => target.toUpperCase().replaceAll(SAGA_ID.toUpperCase(), SAGA_ID)),
    },
    { weight: 1, arbitrary: targetOf(route, options).map((target) => `/${target}`) },
  );
}

function validHeaders({ headers }: ApiRoute): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const names = headers.map(({ name }) => name.toLowerCase());
  const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
    // A few keys, so that some requests repeat an earlier one, with the same body or with another.
    "idempotency-key": fc.nat(400).map((number) => `"key ${number}"`),
    prefer: fc.constantFrom("respond-async", "wait=1", "wait=0"),
    "last-event-id": fc.nat(9).map(String),
    "if-none-match": fc.constantFrom('"1"', "*"),
  };
  const given = names.map((name) =>
    fc.option(
      (values[name] ?? hostileHeader).map((value) => [name, value] as const),
      { nil: undefined, freq: 1 },
    ),
  );
  return fc.tuple(...given).map((all) => all.filter((each) => each !== undefined));
}

const spoofs = fc.constantFrom<readonly [string, string]>(
  ["x-http-method-override", "DELETE"],
  ["x-original-url", "/sagas"],
  ["x-rewrite-url", "/sagas"],
  ["x-forwarded-for", "127.0.0.1"],
  ["x-forwarded-host", "evil.example"],
  ["x-forwarded-proto", "javascript"],
  ["x-forwarded-prefix", "//evil.example"],
  ["forwarded", "host=evil.example;for=[::"],
  ["origin", "https://evil.example"],
  ["origin", "null"],
  ["sec-fetch-site", "cross-site"],
  ["host", "evil.example"],
  ["host", "localhost"],
  ["accept", "text/event-stream"],
  ["accept", "text/html;q=0.9, */*;q=1e400"],
  ["accept-encoding", "gzip, br;q=0, *"],
  ["range", "bytes=0-0,-1"],
  ["expect", "100-continue"],
  ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
  ["tracestate", "\u00ff=,,,"],
  ["cookie", "a=b; __Host-x=\u00ff"],
  ["tenant-id", "acme"],
  ["x-tenant-id", "__proto__"],
  ["content-encoding", "gzip"],
  ["connection", "close, x-tenant-id"],
  ["upgrade", "h2c"],
  ["te", "trailers, deflate"],
  ["trailer", "authorization"],
  ["if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT"],
  ["authorization", "Basic YTpi"],
);

function nearHeaders(route: ApiRoute): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const names = [
    ...route.headers.map(({ name }) => name.toLowerCase()),
    "idempotency-key",
    "prefer",
    "last-event-id",
    "if-none-match",
    "traceparent",
    "x-a",
  ];
  const hostile = fc.tuple(fc.constantFrom(...names), hostileHeader);
  return fc
    .tuple(
      validHeaders(route),
      fc.array(fc.oneof({ weight: 2, arbitrary: hostile }, { weight: 1, arbitrary: spoofs }), { maxLength: 2 }),
    )
    .map(([valid, more]) => [...valid, ...more]);
}

interface Content {
  readonly body: RequestBody | undefined;
  readonly headers: readonly (readonly [string, string])[];
}

const contentTypes = fc.constantFrom(
  ...[
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/jsonx",
  ],
  ...[
    "application/json; charset=utf-16",
    "application/json;charset=latin1",
    "APPLICATION/JSON",
    "application/problem+json",
    "",
    "a",
    "\u00ff/\u00fe",
  ],
);

function nearBody(route: ApiRoute, options: JsonTextOptions): fc.Arbitrary<Content> {
  const text = route.body ? validBody(route, options) : fc.constantFrom("{}", "", "[1]");
  const isRead = route.body !== undefined;
  const framing = fc.oneof(
    { weight: 5, arbitrary: fc.constant("declared" as const) },
    { weight: 1, arbitrary: fc.constantFrom(1, 7, 4_096) },
  );
  const type = fc.oneof(
    { weight: 10, arbitrary: fc.constant<readonly (readonly [string, string])[]>([json]) },
    { weight: 1, arbitrary: contentTypes.map((each) => [["content-type", each] as const]) },
    { weight: 1, arbitrary: fc.constant([]) },
  );
  const encoded = fc
    .tuple(
      text,
      fc.oneof({ weight: 9, arbitrary: fc.constant(encodings[0]) }, { weight: 4, arbitrary: fc.constantFrom(...encodings) }),
    )
    .map(([each, encode]) => encode(each));
  const content = fc.record({ encoded, framing, type }).map(({ encoded: { bytes, headers }, framing: frame, type: own }) => ({
    body: { bytes, framing: frame },
    headers: [...own, ...headers],
  }));
  const none = fc.constant<Content>({ body: undefined, headers: [] });
  return isRead
    ? fc.oneof({ weight: 15, arbitrary: content }, { weight: 1, arbitrary: none })
    : fc.oneof({ weight: 1, arbitrary: content }, { weight: 3, arbitrary: none });
}

interface Encoded {
  readonly bytes: Uint8Array;
  readonly headers: readonly (readonly [string, string])[];
}

const utf8 = (text: string): Encoded => ({ bytes: Buffer.from(text), headers: [] });

/** Text as bytes, the first one as it must be. */
const encodings: readonly [(text: string) => Encoded, ...((text: string) => Encoded)[]] = [
  utf8,
  (text) => ({ bytes: Buffer.from(text, "utf16le"), headers: [] }),
  (text) => ({ bytes: gzipSync(text), headers: [["content-encoding", "gzip"]] }),
  (text) => ({ bytes: deflateSync(text), headers: [["content-encoding", "deflate"]] }),
  (text) => ({
    bytes: gzipSync("0".repeat(10_000_000)),
    headers: [
      ["content-encoding", "gzip"],
      ["x-was", String(text.length)],
    ],
  }),
  (text) => ({
    bytes: Buffer.concat([
      Buffer.from(text.slice(0, 9)),
      Buffer.from([0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80]),
      Buffer.from(text.slice(9)),
    ]),
    headers: [],
  }),
  (text) => utf8(`\ufeff${text}`),
  (text) => utf8(text.slice(0, Math.floor(text.length / 2))),
  (text) => utf8(`${text}${text}`),
  (text) => utf8(text.replace("{", '{"user_id":1,')),
  (text) => utf8(text.replaceAll('"', "'")),
  (text) => utf8(`${" ".repeat(Math.max(65_536 - text.length, 0))}${text}`),
  (text) => utf8(`${text}${" ".repeat(66_000)}`),
  (text) => utf8(`${text}${"\n".repeat(300_000)}`),
  () => utf8("a=b&c=d"),
  () => utf8("<x/>"),
  () => ({ bytes: new Uint8Array(64), headers: [] }),
];

/** Pages that the document leaves out, and paths of nothing. */
const elsewhere: fc.Arbitrary<FuzzRequest> = fc.record({
  surface: fc.constantFrom<SurfaceName>("callers", "operators"),
  credential: fc.constantFrom<Credential>("none", ...roles),
  method: fc.constantFrom("GET", "HEAD", "POST", "OPTIONS"),
  target: fc.oneof(
    fc.constantFrom(
      "/",
      "/docs",
      "/openapi.json",
      "/problems",
      "/problems/__proto__",
      "/problems/not-found",
      "/metrics",
      "/favicon.ico",
    ),
    fc.constantFrom(
      "/docs/swagger-ui.css",
      "/docs/..%2f..%2f..%2fetc%2fpasswd",
      "/docs/%2e%2e/main.ts",
      "/docs/constructor",
      "/saga",
      "/saga/__proto__",
    ),
    fc
      .array(
        fc.oneof(
          hostileEscape,
          hostileWord.map((text) => encodeURIComponent(text.toWellFormed())),
        ),
        { maxLength: 4 },
      )
      .map((words) => `/${words.join("/")}`),
  ),
  headers: fc.constant([]),
  body: fc.constant(undefined),
  saga: fc.nat(PICKS),
});
