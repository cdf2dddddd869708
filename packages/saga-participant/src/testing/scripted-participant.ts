import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A participant on a real socket whose replies a test sets. */
export class ScriptedParticipant {
  readonly url: string;
  readonly #server: Server;
  /** Every request that arrived completely. */
  requests: readonly ReceivedRequest[] = [];
  answer: Answer = answering({ status: 200, body: {} });
  /** Handles a new connection before its request is read. */
  greet: (socket: Socket) => void = () => undefined;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
    server.on("connection", (socket) => this.greet(socket));
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      let body = "";
      request.on("data", (chunk) => {
        body += String(chunk);
      });
      request.on("end", () => {
        this.requests = [
          ...this.requests,
          { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body },
        ];
        this.answer(response, request);
      });
    });
  }

  static async start(): Promise<ScriptedParticipant> {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = server.address();
    return new ScriptedParticipant(server, `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  }

  reset(): void {
    this.requests = [];
    this.greet = () => undefined;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }
}

/** Sends a complete reply. A string body is sent unchanged, any other as JSON. */
export function answering({
  status,
  body,
  headers = {},
}: {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}): Answer {
  const type = typeof body === "string" ? "text/html" : "application/json";
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (response) => response.writeHead(status, { "content-type": type, ...headers }).end(text);
}
