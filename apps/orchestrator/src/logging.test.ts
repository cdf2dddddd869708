import { dispose, getLogger, reset } from "@logtape/logtape";
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { configureLogging } from "./logging.ts";

afterEach(reset);

/** Collects what is logged, and how many writes it took. */
function collector() {
  const decoder = new TextDecoder();
  const writes: string[] = [];
  const stderr = new WritableStream<Uint8Array>({ write: (chunk) => void writes.push(decoder.decode(chunk)) });
  return { stderr, writes, lines: () => writes.join("").trimEnd().split("\n") };
}

it("shows a line to be read on a terminal, with colours unless NO_COLOR is set, and JSON elsewhere", async () => {
  const shown: string[] = [];
  for (const options of [{ isTerminal: true }, { isTerminal: true, NO_COLOR: "1" }, {}]) {
    const { stderr, lines } = collector();
    await configureLogging(stderr, { LOG_LEVEL: "info", ...options });
    getLogger(["orchestrator", "order"]).info("Saga {sagaId} is {state}", { sagaId: "s-1", state: "COMPLETED" });
    await dispose();
    await reset();
    shown.push(...lines());
  }
  const [coloured = "", plain = "", json = ""] = shown;
  expect(coloured).toContain("\u001b[");
  expect(plain).toMatch(/^\d{4}-\d\d-\d\dT\S+ \[INF\] orchestrator·order: Saga ['"]s-1['"] is ['"]COMPLETED['"]$/);
  expect(JSON.parse(json)).toMatchObject({ level: "INFO", properties: { sagaId: "s-1", state: "COMPLETED" } });
});

it("has a level for each category that is given one, and LOG_LEVEL for the others", async () => {
  const { stderr, lines } = collector();
  const LOG_LEVELS = new Map([
    ["order", "error"],
    ["participants", "debug"],
  ] as const);
  await configureLogging(stderr, { LOG_LEVEL: "info", LOG_LEVELS });
  for (const category of ["order", "participants", "access"]) {
    getLogger(["orchestrator", category]).debug(`${category} debug`);
    getLogger(["orchestrator", category]).info(`${category} info`);
  }
  await dispose();
  const messages = lines().map((line) => z.object({ message: z.string() }).parse(JSON.parse(line)).message);
  expect(messages).toEqual(["participants debug", "participants info", "access info"]);
});

it("writes the lines together that come while one write is under way, and loses none", async () => {
  const { stderr, writes, lines } = collector();
  await configureLogging(stderr, { LOG_LEVEL: "info" });
  for (let line = 0; line < 1_000; line += 1) getLogger(["orchestrator"]).info(`${line}`);
  await dispose();
  expect([lines().length, writes.length < 10]).toEqual([1_000, true]);
});

it("writes the lines of several turns together, because a write costs more than a line", async () => {
  const { stderr, writes, lines } = collector();
  await configureLogging(stderr, { LOG_LEVEL: "info" });
  for (let line = 0; line < 20; line += 1) {
    getLogger(["orchestrator"]).info(`${line}`);
    await Promise.resolve();
  }
  await dispose();
  expect([lines().length, writes.length]).toEqual([20, 1]);
});

it("shows the text of an error, and of its causes, in the message", async () => {
  const lines: string[] = [];
  const decoder = new TextDecoder();
  const stderr = new WritableStream<Uint8Array>({
    write: (chunk) => {
      lines.push(decoder.decode(chunk));
    },
  });
  await configureLogging(stderr, { LOG_LEVEL: "info" });
  const error = new TypeError("it is broken", { cause: new Error("the disk is full") });
  getLogger(["orchestrator"]).error("A request could not be answered: {error}", { error });
  await expect.poll(() => lines.join("")).toContain("A request could not be answered: ");
  expect(lines.join("")).toContain(String.raw`answered: \"TypeError: it is broken (Error: the disk is full)\"`);
});
