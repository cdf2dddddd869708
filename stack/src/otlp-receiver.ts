import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";

const value = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.union([z.string(), z.number()]).transform(Number).optional(),
  doubleValue: z.number().optional(),
});

const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform((list) => Object.fromEntries(list.map((each) => [each.key, Object.values(each.value)[0]])));

const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().default(""),
              name: z.string(),
              kind: z.int(),
              startTimeUnixNano: z.string().transform(BigInt),
              endTimeUnixNano: z.string().transform(BigInt),
              attributes,
              links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
              status: z.object({ code: z.int().default(0), message: z.string().default("") }).default({ code: 0, message: "" }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A span as it was exported. `service` exported it, and `parentSpanId` is empty for a root. */
export type ReceivedSpan = z.output<typeof exported>["resourceSpans"][number]["scopeSpans"][number]["spans"][number] & {
  readonly service: string;
};

/** Receives spans over OTLP, as a collector does: `http/json`, at a free port of 127.0.0.1. */
export class OtlpReceiver {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  readonly #server: Server;

  private constructor(server: Server, url: string, spans: ReceivedSpan[]) {
    this.#server = server;
    this.url = url;
    this.spans = spans;
  }

  static async start(): Promise<OtlpReceiver> {
    const spans: ReceivedSpan[] = [];
    const server = createServer((request, response) => {
      const receive = async () => {
        const body = await text(request);
        if (request.url === "/v1/traces") spans.push(...read(body));
        response.setHeader("content-type", "application/json").end("{}");
      };
      receive().catch((error: unknown) => response.writeHead(400).end(String(error)));
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", listening.resolve);
    await listening.promise;
    const address = server.address();
    if (typeof address !== "object" || !address) throw new TypeError("It has no port.");
    return new OtlpReceiver(server, `http://127.0.0.1:${address.port}`, spans);
  }

  /** The spans of a trace. */
  trace(traceId: string): readonly ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#server.closeAllConnections();
    await closed.promise;
  }
}

function read(body: string): readonly ReceivedSpan[] {
  return exported.parse(JSON.parse(body)).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(resource.attributes["service.name"]);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}
