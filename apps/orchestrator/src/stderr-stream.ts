import { write } from "node:fs";
import { setTimeout } from "node:timers/promises";

const STDERR = 2;
/** Time between two tries to write to a reader that is behind, in milliseconds. */
const BEHIND_MS = 20;

/**
 * Standard error as a stream that never fails: a line that cannot be written is lost, and the next one is tried. A full disk or a dead reader
 * of the log must not end a process in which sagas run.
 *
 * @param descriptor default: that of standard error.
 */
export function stderrStream(descriptor: number = STDERR): WritableStream<Uint8Array> {
  return new WritableStream({
    write: async (line) => {
      let rest = line;
      while (rest.length > 0) {
        const written = await writePart(descriptor, rest);
        if (written === "lost") return;
        if (written === 0) await setTimeout(BEHIND_MS);
        rest = rest.subarray(written);
      }
    },
  });
}

/** Resolves with the number of bytes that were written. */
function writePart(descriptor: number, bytes: Uint8Array): Promise<number | "lost"> {
  return new Promise((resolve) => {
    write(descriptor, bytes, (error, written) => {
      if (!error) resolve(written);
      else resolve(error.code === "EAGAIN" ? 0 : "lost");
    });
  });
}
