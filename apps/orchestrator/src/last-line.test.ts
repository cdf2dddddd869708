import { getLogger, reset } from "@logtape/logtape";
import type { ProcessEnd } from "service-kit";
import { afterEach, describe, expect, it } from "vitest";
import { logLastLine } from "./last-line.ts";
import { configureLogging } from "./logging.ts";

afterEach(reset);

/** A standard error that takes its time, and what was written to it. */
function slowStderr() {
  const lines: { readonly level: string; readonly message: string; readonly properties: object }[] = [];
  const decoder = new TextDecoder();
  const stream = new WritableStream<Uint8Array>({
    write: async (chunk) => {
      await new Promise((resolve) => setImmediate(resolve));
      lines.push(
        ...decoder
          .decode(chunk)
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
    },
  });
  return { stream, lines };
}

const sigterm = { name: "signal", signal: "SIGTERM" } as const;
const left = { unfinished: 3, callsCut: 2 };

describe("the last line of the log", () => {
  it("is written when the process ends, after all the others, and at any level", async () => {
    const { stream, lines } = slowStderr();
    await configureLogging(stream, { LOG_LEVEL: "error" });
    for (let line = 0; line < 20; line += 1) getLogger(["orchestrator"]).error("{line}", { line });
    getLogger(["orchestrator"]).info("not shown");
    const written = logLastLine({ code: 0, reason: sigterm }, left);
    getLogger(["orchestrator"]).error("too late: a connection was cut");
    await written;
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toMatchObject({
      level: "INFO",
      message: 'The process ends with exit code 0: "SIGTERM"; 3 sagas are not finished; 2 calls were cut',
      properties: { code: 0, reason: "SIGTERM", ...left },
    });
  });

  const error = new Error("the journal contradicts");
  const ends: readonly (readonly [string, ProcessEnd])[] = [
    ["the process that launched it is gone", { code: 0, reason: { name: "launcher-gone" } }],
    ["Error: the journal contradicts", { code: 1, reason: { name: "failed", error } }],
    ["a defect, which nothing caught (Error: the journal contradicts)", { code: 1, reason: { name: "uncaught", error } }],
    ["SIGTERM; Error: the journal contradicts", { code: 1, reason: sigterm, problem: { name: "error", error } }],
    ["SIGTERM; a second Ctrl-C cut the stop short", { code: 1, reason: sigterm, problem: { name: "second-interrupt" } }],
    ["SIGTERM; the stop took longer than 8500 ms", { code: 1, reason: sigterm, problem: { name: "too-slow", afterMs: 8_500 } }],
  ];

  it.for(ends)("names %s", async ([text, end]) => {
    const { stream, lines } = slowStderr();
    await configureLogging(stream, { LOG_LEVEL: "info" });
    await logLastLine(end, undefined);
    const [line] = lines;
    expect(line?.level).toBe(end.code === 0 ? "INFO" : "ERROR");
    expect(line?.message.replaceAll('"', "")).toContain(`The process ends with exit code ${end.code}: `);
    expect(line?.message.replaceAll('"', "")).toContain(text);
  });
});
