import { Hono } from "hono";
import { type Listening, listen } from "service-kit";
import { z } from "zod";
import { databaseText } from "../outcomes/database-texts.ts";
import { jsonText, passOn } from "./pass-on.ts";

export interface RowLockOptions {
  readonly storeManagerUrl: string;
  /** How long a request waits for a locked row before it is answered 1205. MySQL's default is 50 s. */
  readonly lockWaitMs: number;
  /** Gives numbers from 0 up to 1, which decide when a session lets its rows go. */
  readonly random: () => number;
}

/** The probability that a request makes Python collect one of the sessions left open. */
const COLLECTED_CHANCE = 0.25;

const stockMove = z.object({ items: z.array(z.object({ product_id: z.int() })) });

/**
 * Stands in front of a Store Manager for the existing one's row lock (docs/participants.md): PUT /stocks never commits, and its session keeps the
 * rows of its products locked until a random later request. The next PUT of such a product waits, and is answered 1205.
 */
export async function listenRowLock({ storeManagerUrl, lockWaitMs, random }: RowLockOptions): Promise<Listening> {
  const locks = new RowLocks(lockWaitMs);
  const app = new Hono().all("*", async ({ req }) => {
    locks.collect(() => random() < COLLECTED_CHANCE);
    const isMove = req.method === "PUT" && req.path === "/stocks";
    if (isMove && !(await locks.acquire(productsIn(await req.text())))) {
      return Response.json({ error: databaseText({ number: 1205, statement: "UPDATE" }) }, { status: 500 });
    }
    return jsonText(await passOn(req, storeManagerUrl));
  });
  return await listen({ fetch: (request) => app.fetch(request), host: "127.0.0.1", port: 0 });
}

function productsIn(body: string): readonly number[] {
  return stockMove.parse(JSON.parse(body)).items.map(({ product_id }) => product_id);
}

interface Row {
  /** Resolves when the session that holds the row lets it go. */
  readonly released: Promise<void>;
  readonly release: () => void;
}

class RowLocks {
  readonly #waitMs: number;
  readonly #rows = new Map<number, Row>();
  /** The sessions that requests left open: the rows that each keeps locked. */
  #sessions: readonly (readonly number[])[] = [];

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Lets the rows of some sessions go. */
  collect(isCollected: () => boolean): void {
    const collected = this.#sessions.filter(isCollected);
    this.#sessions = this.#sessions.filter((session) => !collected.includes(session));
    for (const row of collected.flat()) this.#release(row);
  }

  /** Locks the rows one after the other, for a session that stays open; false if one of them is not free in time. */
  async acquire(products: readonly number[]): Promise<boolean> {
    const own: number[] = [];
    const endsAt = Date.now() + this.#waitMs;
    for (const product of products) {
      if (own.includes(product)) continue;
      if (!(await this.#untilFree(product, endsAt))) {
        for (const row of own) this.#release(row);
        return false;
      }
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      this.#rows.set(product, { released, release });
      own.push(product);
    }
    this.#sessions = [...this.#sessions, own];
    return true;
  }

  async #untilFree(product: number, endsAt: number): Promise<boolean> {
    for (let row = this.#rows.get(product); row; row = this.#rows.get(product)) {
      const timeout = Promise.withResolvers<"late">();
      const timer = setTimeout(() => timeout.resolve("late"), Math.max(0, endsAt - Date.now()));
      const first = await Promise.race([row.released, timeout.promise]);
      clearTimeout(timer);
      if (first === "late") return false;
    }
    return true;
  }

  #release(product: number): void {
    this.#rows.get(product)?.release();
    this.#rows.delete(product);
  }
}
