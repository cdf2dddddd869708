import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Listening } from "service-kit";
import { z } from "zod";

/** Where in an exchange something happens: before the request is passed on, before, within or after the reply. */
export type Instant = "not sent" | "sent" | "within the reply" | "after the reply";

/** The exchange in which it happens. */
export interface CutPoint {
  /** `PUT /stocks` */
  readonly route: string;
  /** The how manyeth request to that route, from 1. */
  readonly nth: number;
  readonly instant: Instant;
}

export interface CuttingFrontOptions {
  readonly targetUrl: string;
  readonly cut: CutPoint;
  /** Called when the instant has come. The connection is cut then, unless the reply is complete. */
  readonly onCut: () => void;
}

/** Passes requests on to a service, and cuts one exchange at an instant. */
export async function listenCuttingFront({ targetUrl, cut, onCut }: CuttingFrontOptions): Promise<Listening> {
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    const route = `${request.method} ${request.url?.replace(/\/\d+$/, "/{id}")}`;
    const nth = (seen.get(route) ?? 0) + 1;
    seen.set(route, nth);
    const instant = route === cut.route && nth === cut.nth ? cut.instant : undefined;
    pass({ request, response, targetUrl, instant, onCut }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, port, close };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly targetUrl: string;
  readonly instant: Instant | undefined;
  readonly onCut: () => void;
}

async function pass({ request, response, targetUrl, instant, onCut }: Exchange): Promise<void> {
  const body = await textOf(request);
  const cutNow = () => {
    onCut();
    response.destroy();
  };
  if (instant === "not sent") return cutNow();
  const reply = await send(targetUrl, request, body);
  if (instant === "sent") return cutNow();
  if (instant === "within the reply") {
    // Half a reply, under the length of the whole one.
    response.writeHead(reply.status, { "content-type": "application/json", "content-length": Buffer.byteLength(reply.text) });
    response.write(reply.text.slice(0, Math.ceil(reply.text.length / 2)), cutNow);
    return;
  }
  response.writeHead(reply.status, { "content-type": "application/json", connection: "close" });
  response.end(reply.text, () => {
    if (instant === "after the reply") onCut();
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

async function send(
  targetUrl: string,
  { method, url = "/", headers }: IncomingMessage,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method, headers: { "content-type": headers["content-type"] ?? "application/json" }, agent: false };
    httpRequest(`${targetUrl}${url}`, options, resolve).on("error", reject).end(body);
  });
  return { status: reply.statusCode ?? 502, text: await textOf(reply) };
}
