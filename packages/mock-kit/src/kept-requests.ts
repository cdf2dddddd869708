import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const keptRequest = z.object({
  /** The name of its route. */
  route: z.string(),
  params: z.record(z.string(), z.string()),
  /** Absent where the request had none. */
  body: z.unknown().optional(),
  /** Its key, and what must be the same of a repeated request; absent where the mock keeps no keys. */
  key: z.string().optional(),
  request: z.string().optional(),
  /** The first reply to a key, where the request was refused before its route. */
  refusal: z.object({ status: z.int(), body: z.string(), contentType: z.string() }).optional(),
});

/** A request that a route or a control answered, as far as later answers depend on it. */
export type KeptRequest = z.output<typeof keptRequest>;

/** The faults as they were set or had counted. */
const keptFaults = z.object({ faults: z.array(z.unknown()) });

interface Kept {
  readonly requests: readonly KeptRequest[];
  /** The last that were kept. */
  readonly faults: readonly unknown[];
}

/**
 * The requests that a mock answered, and its faults, in a file. A mock decides by nothing else, so one that was killed becomes what it was when it answers them
 * again. A line is written before its reply is sent; a line that a kill cut has no reply, and counts as never sent.
 */
export class KeptRequests {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  read(): Kept {
    if (!existsSync(this.#path)) return { requests: [], faults: [] };
    const lines = readFileSync(this.#path, "utf8").split("\n");
    const cut = lines.pop();
    if (cut !== "") writeFileSync(this.#path, lines.map((line) => `${line}\n`).join(""));
    const kept = lines.map((line) => z.union([keptFaults, keptRequest]).parse(JSON.parse(line)));
    return {
      requests: kept.flatMap((line) => ("faults" in line ? [] : [line])),
      faults: kept.findLast((line) => "faults" in line)?.faults ?? [],
    };
  }

  append(request: KeptRequest): void {
    this.#appendLine(request);
  }

  appendFaults(faults: readonly unknown[]): void {
    this.#appendLine({ faults });
  }

  #appendLine(line: object): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }

  clear(): void {
    writeFileSync(this.#path, "");
  }
}
