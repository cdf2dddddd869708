/** https://sqlite.org/rescode.html */
const SQLITE_CORRUPT = 11;
const SQLITE_CONSTRAINT = 19;
const SQLITE_IOERR_READ = 266;
const SQLITE_IOERR_SHORT_READ = 522;
const SQLITE_IOERR_FSYNC = 1034;

/** The file is not what this process wrote: another process writes it too, or it was replaced. */
export class ContradictionError extends Error {
  override readonly name = "ContradictionError";
}

/** Whether a record that was to be written is there already, or the file is another one than this process wrote. */
export function isContradiction(error: unknown): boolean {
  // The low byte of an extended code is the primary one.
  return error instanceof ContradictionError || (codeOf(error) & 255) === SQLITE_CONSTRAINT;
}

/** Whether what was to be read is no part of a database, or the disk does not give it. */
export function isUnreadable(error: unknown): boolean {
  const code = codeOf(error);
  return (code & 255) === SQLITE_CORRUPT || code === SQLITE_IOERR_READ || code === SQLITE_IOERR_SHORT_READ;
}

/** Whether the transaction may be found after a crash although it failed. */
export function isFailedFsync(error: unknown): boolean {
  return codeOf(error) === SQLITE_IOERR_FSYNC;
}

function codeOf(error: unknown): number {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
}
