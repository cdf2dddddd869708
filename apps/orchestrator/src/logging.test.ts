import { dispose, getLogger } from "@logtape/logtape";
import { afterEach, expect, it } from "vitest";
import { configureLogging } from "./logging.ts";

afterEach(dispose);

it("shows the text of an error, and of its causes, in the message", async () => {
  const lines: string[] = [];
  const decoder = new TextDecoder();
  const stderr = new WritableStream<Uint8Array>({
    write: (chunk) => {
      lines.push(decoder.decode(chunk));
    },
  });
  await configureLogging(stderr, "info");
  const error = new TypeError("it is broken", { cause: new Error("the disk is full") });
  getLogger(["orchestrator"]).error("A request could not be answered: {error}", { error });
  await expect.poll(() => lines.join("")).toContain("A request could not be answered: ");
  expect(lines.join("")).toContain(String.raw`answered: \"TypeError: it is broken (Error: the disk is full)\"`);
});
