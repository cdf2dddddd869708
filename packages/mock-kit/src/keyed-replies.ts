import { problem, type Reply } from "./reply.ts";

interface FirstReply {
  readonly request: string;
  reply: Reply | undefined;
}

/** What a request with a key gets: the go-ahead, to be ended with its reply; or an answer without a second effect. */
export type KeyedStart =
  | { readonly isFirst: true; readonly end: (reply: Reply) => void }
  | { readonly isFirst: false; readonly reply: Reply };

/** The first answer to a key is the answer, refusals included (architecture.md, rule 2). */
export class KeyedReplies {
  readonly #firsts = new Map<string, FirstReply>();

  /** @param request what the key stands for: method, path and body. */
  begin(key: string, request: string): KeyedStart {
    const first = this.#firsts.get(key);
    if (!first) {
      const entry: FirstReply = { request, reply: undefined };
      this.#firsts.set(key, entry);
      return {
        isFirst: true,
        end: (reply) => {
          entry.reply = reply;
        },
      };
    }
    if (first.request !== request) {
      return { isFirst: false, reply: problem(422, "idempotency-key-reused", `The key ${key} was used for another request.`) };
    }
    const inUse = problem(409, "idempotency-key-in-use", `The first request with the key ${key} is still under way.`);
    return { isFirst: false, reply: first.reply ?? inUse };
  }

  clear(): void {
    this.#firsts.clear();
  }
}
