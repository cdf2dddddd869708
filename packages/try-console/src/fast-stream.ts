import type { Page } from "playwright-core";

/** How many messages a stream tells, and how many at a time. */
export interface FastStreamOptions {
  readonly messages: number;
  readonly perSecond: number;
  /** A message, in which `"saga_id":"0"` stands for a different saga each time. */
  readonly message: string;
}

const BURSTS_PER_SECOND = 20;

/**
 * Gives a page a stream of changes that no orchestrator of a test could keep up, in the place of the real one, and counts what the page draws: each change
 * of its document, but for texts that count seconds.
 */
export async function makeStreamFast(page: Page, { messages, perSecond, message }: FastStreamOptions): Promise<void> {
  const perBurst = Math.ceil(perSecond / BURSTS_PER_SECOND);
  await page.addInitScript(`
    const realFetch = window.fetch;
    window.told = 0;
    window.fetch = (input, init) => {
      const accept = new Headers(init?.headers).get("accept");
      if (accept !== "text/event-stream") return realFetch(input, init);
      const encoder = new TextEncoder();
      const [before, after] = ${JSON.stringify(message)}.split('"saga_id":"0"');
      let timer;
      const body = new ReadableStream({
        start(controller) {
          timer = setInterval(() => {
            let text = "";
            for (let count = 0; count < ${perBurst} && window.told < ${messages}; count += 1) {
              window.told += 1;
              text += "data: " + before + '"saga_id":"' + window.told + '"' + after + "\\n\\n";
            }
            if (text !== "") controller.enqueue(encoder.encode(text));
          }, ${1_000 / BURSTS_PER_SECOND});
        },
        cancel() { clearInterval(timer); },
      });
      return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
    };
  `);
}

/** What a page has drawn since `countDrawings`. */
export interface Drawings {
  /** Changes of the notice that says how many sagas changed. */
  readonly notice: number;
  /** Rows that came or went. */
  readonly rows: number;
}

/** Begins to count what the page draws. */
export async function countDrawings(page: Page): Promise<() => Promise<Drawings>> {
  await page.evaluate(`
    window.drawn = { notice: 0, rows: 0 };
    new MutationObserver(() => { window.drawn.notice += 1; })
      .observe(document.querySelector(".changes"), { childList: true, characterData: true, subtree: true });
    new MutationObserver((records) => { window.drawn.rows += records.length; })
      .observe(document.querySelector(".rows tbody"), { childList: true });
  `);
  return async () => {
    const drawn: unknown = await page.evaluate("window.drawn");
    const numberOf = (name: string): number => {
      const value: unknown = typeof drawn === "object" && drawn !== null ? Reflect.get(drawn, name) : undefined;
      if (typeof value !== "number") throw new Error(`the page does not count its ${name}`);
      return value;
    };
    return { notice: numberOf("notice"), rows: numberOf("rows") };
  };
}
