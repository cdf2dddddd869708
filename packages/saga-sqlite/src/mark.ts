import { readFileSync } from "node:fs";
import { withChecksum, withoutChecksum } from "./checked-line.ts";
import { writeDurably } from "./durable-file.ts";
import type { OwnerId, OwnerName } from "./owner.ts";
import { digits } from "./progress.ts";

/** What lets one start through that would be refused: the values of `JOURNAL_ACCEPT`. */
export type Accept = "restored" | "new";

export function isAccept(value: unknown): value is Accept {
  return value === "restored" || value === "new";
}

/**
 * What a start must find. It is in a file beside the journal, `-mark`, and always a lower bound of what is durable: no kill and no power cut
 * makes it say too much.
 */
export interface Mark {
  readonly owner: OwnerId;
  readonly name: OwnerName;
  /** The number of a commit of this owner that is durable; 0 before its first one. */
  readonly commit: number;
  /** The variable that its start had: it counts for one start. */
  readonly accept: Accept | undefined;
}

/** A mark as it was found: undefined if there is none. */
export type FoundMark = Mark | "damaged" | undefined;

const HEADER_WORD = "saga-mark-1";
const SLOT_WORD = "saga-slot";
/** A disk writes a sector of this size wholly or not at all. The header and the slot have one each. */
export const SECTOR_BYTES = 512;

export function markPathOf(place: string): string {
  return `${place}-mark`;
}

/** Writes the mark of an owner that starts. It is durable when the call returns. */
export function writeMark(place: string, mark: Mark): void {
  writeDurably(markPathOf(place), Buffer.from(sectorOf(formatHeader(mark)) + sectorOf("")));
}

export function readMark(place: string): FoundMark {
  let content: Buffer;
  try {
    content = readFileSync(markPathOf(place));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const header = parseHeader(lineIn(content.subarray(0, SECTOR_BYTES)));
  if (!header) return "damaged";
  const slot = parseSlot(lineIn(content.subarray(SECTOR_BYTES)), header.owner);
  return { ...header, commit: Math.max(header.commit, slot) };
}

/** The mark, if it can be read. */
export function legible(mark: FoundMark): Mark | undefined {
  return mark === "damaged" ? undefined : mark;
}

function formatHeader({ owner, name, commit, accept }: Mark): string {
  const words = [HEADER_WORD, owner.number, owner.token, digits(commit, 16), accept ?? "-"];
  return withChecksum([...words, name.pid, encodeURIComponent(name.host), name.since].join(" "));
}

function parseHeader(line: string): Mark | undefined {
  const [word, number, token, commit, accept, pid, host, since] = withoutChecksum(line)?.split(" ") ?? [];
  if (word !== HEADER_WORD || token === undefined || host === undefined || since === undefined) return undefined;
  return {
    owner: { number: Number(number), token },
    name: { pid: Number(pid), host: decodeURIComponent(host), since },
    commit: Number(commit),
    accept: accept === "restored" || accept === "new" ? accept : undefined,
  };
}

/** The slot names its owner, so that it counts only with its own header. */
export function formatSlot({ token }: OwnerId, commit: number): string {
  return `${withChecksum(`${SLOT_WORD} ${token} ${digits(commit, 16)}`)}\n`;
}

/** 0 for a slot that is empty, torn or of another owner: then the header counts. */
function parseSlot(line: string, owner: OwnerId): number {
  const [word, token, commit] = withoutChecksum(line)?.split(" ") ?? [];
  return word === SLOT_WORD && token === owner.token ? Number(commit) : 0;
}

function sectorOf(line: string): string {
  return `${line.padEnd(SECTOR_BYTES - 1)}\n`;
}

function lineIn(bytes: Buffer): string {
  return bytes.toString("latin1").split("\n")[0]?.trimEnd() ?? "";
}
