import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";

/** Puts a file under its name, whole and durable when the call returns: a kill or a power cut leaves the old one or the new one. */
export function writeDurably(path: string, content: Uint8Array): void {
  const part = `${path}.part`;
  const descriptor = openSync(part, "w", 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(part, path);
  syncDirectory(path);
}

/** Makes the name of a file durable. */
export function syncDirectory(path: string): void {
  // Windows opens no directory.
  if (process.platform === "win32") return;
  const directory = openSync(dirname(path), "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
