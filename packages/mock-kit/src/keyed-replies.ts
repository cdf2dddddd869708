import { problem, type Reply } from "./reply.ts";

interface FirstReply {
  readonly request: string;
  reply: Reply | undefined;
}

/** The first request with a key is handled, and ended with its reply; a repeated one gets a reply without a second effect. */
export type KeyedStart =
  | { readonly isFirst: true; readonly end: (reply: Reply) => void }
  | { readonly isFirst: false; readonly reply: Reply };

/** Keeps the first reply to each key, refusals included (rule 2). */
export class KeyedReplies {
  readonly #firsts = new Map<string, FirstReply>();

  /** @param request method, path and body, to compare with those of the first request. */
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
