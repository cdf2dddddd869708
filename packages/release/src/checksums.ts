import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

/** The lines of a SHA256SUMS file, which `sha256sum --check` reads, for files of one folder. */
export async function checksums(paths: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    paths.map(
      async (path) =>
        `${createHash("sha256")
          .update(await readFile(path))
          .digest("hex")}  ${basename(path)}\n`,
    ),
  );
  return lines.join("");
}
