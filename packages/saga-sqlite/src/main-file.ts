import { closeSync, openSync, readSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { APPLICATION_ID } from "./schema.ts";

/** What the main file says of itself, without its log (https://sqlite.org/fileformat.html). */
export interface MainHeader {
  /** Whether another program made it, or it is no database at all. */
  readonly isForeign: boolean;
  /** The version of its schema; 0 if it has none yet. */
  readonly version: number;
}

/** Where the row of commits is in the main file. */
export interface ProgressPage {
  readonly offset: number;
  readonly size: number;
}

const MAGIC = "SQLite format 3\0";
/** Offsets of the header, and of the number of cells on the first page. */
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;
const CELLS_AT = 103;
/** The offset of the first cell, on any other page. */
const FIRST_CELL_AT = 8;
const LINE = /saga-progress \d{16} \d{16} \d{10} [\w-]{36} [0-9a-f]{8}/;

export function readHeader(place: string): MainHeader {
  const bytes = withFile(place, (descriptor) => readBytes(descriptor, { offset: 0, size: 128 }));
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return { isForeign: true, version: 0 };
  if (bytes.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID)
    return { isForeign: false, version: bytes.readUInt32BE(USER_VERSION_AT) };
  return { isForeign: bytes.readUInt16BE(CELLS_AT) > 0, version: 0 };
}

export function findProgressPage(database: DatabaseSync): ProgressPage {
  const root = Number(database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'progress'").get()?.["rootpage"]);
  const size = Number(database.prepare("PRAGMA page_size").get()?.["page_size"]);
  return { offset: (root - 1) * size, size };
}

/** The line of the row of commits in the main file alone; undefined if it has none. */
export function readProgressLine(descriptor: number, page: ProgressPage): string | undefined {
  const bytes = readBytes(descriptor, page);
  return LINE.exec(bytes.toString("latin1", bytes.readUInt16BE(FIRST_CELL_AT)))?.[0];
}

/** Reads while SQLite has the file not open: closing a descriptor would release its locks. */
export function withFile<Result>(place: string, read: (descriptor: number) => Result): Result {
  const descriptor = openSync(place, "r");
  try {
    return read(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What is beyond the end of the file is 0. */
function readBytes(descriptor: number, { offset, size }: ProgressPage): Buffer {
  const bytes = Buffer.alloc(size);
  readSync(descriptor, bytes, 0, size, offset);
  return bytes;
}
