import { answering, type ReceivedRequest, ScriptedParticipant } from "saga-participant/testing";

/** What befalls a call: the service refuses it, or does it and its reply is lost. */
export type Mishap = "refused" | "reply lost";

interface Reply {
  readonly status: number;
  readonly body?: object;
}

/** What takes away again what a service has. */
const UNDOING = new Set(["cancel", "void", "close"]);

/**
 * The services of an example, in memory and at one address. `PUT /accounts/7` and `POST /flights` make something, `POST /flights/1/confirm` is done
 * to it, and `DELETE`, or a last part like `cancel`, takes it away. They are keyed: the first answer to a key, refusals included, is the answer.
 */
export class FakeServices {
  readonly url: string;
  /** Every call that arrived, in order, repetitions included: `capture/run`. */
  readonly calls: string[] = [];
  readonly #socket: ScriptedParticipant;
  /** What befalls which call, by its place among them. */
  readonly #mishaps: ReadonlyMap<number, Mishap>;
  /** By the path of a collection, the member of a reply that has the id of what was made there. */
  readonly #ids: Readonly<Record<string, string>>;
  readonly #firsts = new Map<string, Reply>();
  /** What is there, and what was done to it, by path. */
  readonly #things = new Map<string, string[]>();

  private constructor(socket: ScriptedParticipant, ids: Readonly<Record<string, string>>, mishaps: ReadonlyMap<number, Mishap>) {
    this.#socket = socket;
    this.#ids = ids;
    this.#mishaps = mishaps;
    this.url = socket.url;
    socket.answer = (response, incoming) => {
      const request = socket.requests.at(-1);
      if (!request) return;
      const mishap = this.#mishaps.get(this.calls.length);
      const reply = this.#answer(request, mishap === "refused");
      if (mishap === "reply lost") incoming.socket.destroy();
      else answering(reply)(response, incoming);
    };
  }

  static async start(
    ids: Readonly<Record<string, string>>,
    mishaps: ReadonlyMap<number, Mishap> = new Map(),
  ): Promise<FakeServices> {
    return new FakeServices(await ScriptedParticipant.start(), ids, mishaps);
  }

  async stop(): Promise<void> {
    await this.#socket.stop();
  }

  /** What stands at the services: `bank/authorizations/1 capture`. */
  get standing(): readonly string[] {
    return [...this.#things].map(([path, done]) => [path, ...done].join(" "));
  }

  #answer({ method, path, headers }: ReceivedRequest, isRefused: boolean): Reply {
    const key = String(headers["idempotency-key"] ?? "").replaceAll('"', "");
    this.calls.push(key.split("/").slice(1).join("/"));
    const reply = this.#firsts.get(key) ?? (isRefused ? { status: 409, body: { error: "no" } } : this.#do(method, path.slice(1)));
    if (key !== "") this.#firsts.set(key, reply);
    return reply;
  }

  #do(method: string, path: string): Reply {
    const idMember = this.#ids[path];
    if (idMember !== undefined) {
      const id = String(this.#things.size + 1);
      this.#things.set(`${path}/${id}`, []);
      return { status: 201, body: { [idMember]: id } };
    }
    if (method === "PUT") this.#things.set(path, [...(this.#things.get(path) ?? []), "put"]);
    if (method === "PUT") return { status: 204 };
    if (method === "DELETE") return { status: this.#things.delete(path) ? 204 : 404 };
    const [, thing = "", verb = ""] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
    const done = this.#things.get(thing);
    if (!done) return { status: 404, body: { error: `there is no ${thing}` } };
    if (UNDOING.has(verb)) this.#things.delete(thing);
    else done.push(verb);
    return { status: 200, body: {} };
  }
}
