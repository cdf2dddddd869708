/** A lock on a whole file. */
export interface FileLock {
  readonly release: () => void;
}

/** `taken` if another process has it; undefined if the platform has no such lock. */
export type TryLockFile = (path: string) => FileLock | "taken" | undefined;

/**
 * Locks the file itself (flock), by whichever path it is reached. Of the runtimes only Deno can: this is the one place that knows it. The lock
 * ends with its process, and is apart from the locks of SQLite.
 */
export const tryLockFile: TryLockFile = (path) => {
  const runtime: unknown = Reflect.get(globalThis, "Deno");
  const file = call(runtime, "openSync", path, { read: true });
  const isLocked = call(file, "tryLockSync", true);
  const release = () => {
    call(file, "close");
  };
  if (isLocked === true) return { release };
  release();
  return isLocked === false ? "taken" : undefined;
};

/** What a method gives; undefined if there is none, or it fails: some file systems have no such lock. */
function call(subject: unknown, method: string, ...values: readonly unknown[]): unknown {
  if (typeof subject !== "object" || subject === null) return undefined;
  const member: unknown = Reflect.get(subject, method);
  if (typeof member !== "function") return undefined;
  try {
    return Reflect.apply(member, subject, values);
  } catch {
    return undefined;
  }
}
