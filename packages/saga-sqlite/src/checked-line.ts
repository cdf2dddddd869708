import { crc32 } from "node:zlib";

/** A line that ends with a checksum over what is before it: a torn or damaged one is found out. */
export function withChecksum(text: string): string {
  return `${text} ${checksumOf(text)}`;
}

/** What a line had before its checksum; undefined if it does not fit. */
export function withoutChecksum(line: string): string | undefined {
  const end = line.lastIndexOf(" ");
  const text = line.slice(0, Math.max(0, end));
  return end > 0 && line.slice(end + 1) === checksumOf(text) ? text : undefined;
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
