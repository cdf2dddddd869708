import { Buffer } from "node:buffer";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { Books } from "./books.ts";
import { Conversation, Hang } from "./conversation.ts";
import { type HttpReply, MalformedReply } from "./http-reply.ts";
import type { Judge } from "./judge.ts";
import { asPrintf, cutInto, type RawTalk } from "./raw-talk.ts";
import { asCurl, bytesOf, type Credential, type FuzzRequest, type Sending, type SurfaceName, withSagaId } from "./request.ts";
import type { Target } from "./target.ts";

/** What is sent once. */
export type Attempt =
  | { readonly kind: "request"; readonly request: FuzzRequest }
  | { readonly kind: "talk"; readonly talk: RawTalk };

/** What came of it. */
export interface Played {
  /** The route, or the name of the talk, for the table. */
  readonly name: string;
  readonly results: readonly (number | "closed" | "none")[];
  /** Empty when all is as it must be. */
  readonly faults: readonly string[];
  /** How to send it again. */
  readonly again: string;
}

const UNKNOWN_ID = "00000000-0000-7000-8000-000000000000";
/** The reply to a body that is too large may be lost with the rest of the body, which the server does not read. */
const LOST_REPLY_BYTES = 65_536;
/** How long a talk without a definite end waits for its first reply, and for a further one. */
const FIRST_MS = 250;
const FURTHER_MS = 5;
/** Long enough that each part is a packet of its own. */
const PART_MS = 2;

interface Said {
  readonly results: (number | "closed" | "none")[];
  readonly faults: string[];
}

/** Sends requests to the orchestrator, one at a time over each of its lanes, and keeps the books of what was accepted. */
export class Player {
  readonly books = new Books();
  readonly #target: Target;
  readonly #judge: Judge;
  readonly #open = new Map<string, Conversation>();
  #pauses: Promise<unknown> = Promise.resolve();

  constructor(target: Target, judge: Judge) {
    this.#target = target;
    this.#judge = judge;
  }

  /** @param lane the connection that may be used again. */
  async play(attempt: Attempt, lane: number): Promise<Played> {
    if (attempt.kind === "talk") return await this.#talk(attempt.talk);
    const { request } = attempt;
    if (!/\/definitions\/[^/]+\/(pause|resume)/i.test(request.target)) return await this.#send(request, lane);
    // One at a time: before and after it, it must be clear who is paused.
    const before = this.#pauses;
    const played = before.then(() => this.#sendPause(request, lane));
    this.#pauses = played.catch(() => undefined);
    return await played;
  }

  /** Cuts every connection. */
  close(): void {
    for (const conversation of this.#open.values()) conversation.cut();
    this.#open.clear();
  }

  async #send(given: FuzzRequest, lane: number): Promise<Played> {
    const request = withSagaId(given, pick(this.books.sagas, given.saga) ?? UNKNOWN_ID);
    const { method, surface, credential, body } = request;
    const sending: Sending = {
      host: `127.0.0.1:${this.#target.portOf(surface)}`,
      authorization: this.#target.authorizationOf(credential),
      sagaId: "",
    };
    const route = this.#judge.routeOf(request);
    const played = { name: route ? `${method} ${route.template}` : `${method} elsewhere`, again: asCurl(request, sending) };
    const conversation = await this.#conversation(surface, lane);
    try {
      conversation.send(bytesOf(request, sending));
      const reply = await conversation.nextReply({ isHead: method === "HEAD" });
      if (reply === "closed" || reply === undefined) {
        const isLost = (body?.bytes.length ?? 0) > LOST_REPLY_BYTES;
        return { ...played, results: ["closed"], faults: isLost ? [] : ["the connection was closed without a reply"] };
      }
      this.books.enter(request, reply);
      const isStream = reply.headers.get("content-type")?.startsWith("text/event-stream") === true;
      const isOver = !reply.isKept || isStream || (body?.bytes.length ?? 0) > LOST_REPLY_BYTES;
      const faults = [
        ...(await this.#judge.faultsOf(request, reply)),
        ...(!isOver && conversation.hasMore ? ["more came than one reply"] : []),
      ];
      if (isOver) this.#forget(surface, lane);
      return { ...played, results: [reply.status], faults };
    } catch (error) {
      this.#forget(surface, lane);
      return { ...played, results: ["none"], faults: [messageOf(error)] };
    }
  }

  async #sendPause(request: FuzzRequest, lane: number): Promise<Played> {
    const before = await this.#paused();
    const played = await this.#send(request, lane);
    const after = await this.#paused();
    const isAccepted = played.results[0] === 200;
    const changed = JSON.stringify(before) !== JSON.stringify(after);
    const fault = !isAccepted && changed ? ["it was refused, and a pause has begun or ended"] : [];
    // Otherwise most starts would meet a pause.
    if (isAccepted && after.length > 0 && request.saga % 4 !== 0)
      for (const { definition } of after) await this.#target.ask(`/definitions/${definition}/resume`, { method: "POST" });
    return { ...played, faults: [...played.faults, ...fault] };
  }

  async #paused() {
    return definitions.parse(await this.#target.ask("/definitions")).items.filter(({ paused }) => paused !== undefined);
  }

  async #talk(talk: RawTalk): Promise<Played> {
    const port = this.#target.portOf(talk.surface);
    const filled = talk.sent
      .replaceAll("{host}", `127.0.0.1:${port}`)
      .replaceAll(/\{token (\w+)\}/g, (_all, name: string) => this.#target.tokenOf(credentials[name] ?? "wrong"));
    const conversation = await Conversation.open(port);
    const said: Said = { results: [], faults: [] };
    try {
      for (const [at, part] of cutInto(filled, talk.partSizes).entries()) {
        if (at > 0) await setTimeout(PART_MS);
        conversation.send(Buffer.from(part, "latin1"));
      }
      await (talk.awaits === "any"
        ? this.#hear(talk, conversation, said)
        : this.#await(talk, talk.awaits, { conversation, said }));
    } catch (error) {
      said.faults.push(messageOf(error));
    }
    conversation.cut();
    return { name: `raw: ${talk.name}`, ...said, again: asPrintf(talk, port) };
  }

  /** Reads the replies that must come. */
  async #await(
    talk: RawTalk,
    count: number,
    { conversation, said }: { readonly conversation: Conversation; readonly said: Said },
  ): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      const reply = await conversation.nextReply();
      if (reply === undefined || reply === "closed") {
        said.results.push("closed");
        said.faults.push("the connection was closed without a reply");
        return;
      }
      this.#enterTalk(talk, reply, said);
    }
  }

  /** Reads the replies that come: also what follows a refusal may have been taken for a request. */
  async #hear(talk: RawTalk, conversation: Conversation, said: Said): Promise<void> {
    for (let ms = FIRST_MS; ; ms = FURTHER_MS) {
      const reply = await conversation.nextReply({ ms });
      if (reply === undefined || reply === "closed") {
        if (ms === FIRST_MS) said.results.push(reply ?? "none");
        return;
      }
      this.#enterTalk(talk, reply, said);
    }
  }

  #enterTalk(talk: RawTalk, reply: HttpReply, { results, faults }: Said): void {
    results.push(reply.status);
    this.books.enterStart(reply);
    faults.push(...this.#judge.faultsOfTalk(talk, reply));
  }

  async #conversation(surface: SurfaceName, lane: number): Promise<Conversation> {
    const key = `${surface} ${lane}`;
    const kept = this.#open.get(key);
    if (kept && !kept.isClosed) return kept;
    const opened = await Conversation.open(this.#target.portOf(surface));
    this.#open.set(key, opened);
    return opened;
  }

  #forget(surface: SurfaceName, lane: number): void {
    const key = `${surface} ${lane}`;
    this.#open.get(key)?.cut();
    this.#open.delete(key);
  }
}

/** So many of the first sagas need a human, and so many of the last ones are under way. */
const FIRST_SAGAS = 30;
const LAST_SAGAS = 10;

/** One of the first sagas, of the last, or of all, each as often. */
function pick(sagas: readonly string[], choice: number): string | undefined {
  const of = [sagas.slice(0, FIRST_SAGAS), sagas.slice(-LAST_SAGAS), sagas][choice % 3] ?? sagas;
  return of[Math.floor(choice / 3) % Math.max(of.length, 1)];
}

const definitions = z.object({ items: z.array(z.object({ definition: z.string(), paused: z.unknown().optional() })) });

const credentials: Readonly<Record<string, Credential>> = { start: "start", read: "read", operate: "operate" };

function messageOf(error: unknown): string {
  if (error instanceof Hang || error instanceof MalformedReply) return error.message;
  throw error;
}
