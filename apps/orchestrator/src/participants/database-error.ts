/** How a service writes the errors of the database behind it into its answers. */
export interface DatabaseErrorRules {
  /** The status with which it answers every exception, as `{"error": text}`. */
  readonly status: number;
  /** The sentences under that status that it writes itself: they stay what the status says. Any other text may be an exception's. */
  readonly ownSentences?: readonly RegExp[];
  /**
   * Whether the request reads its new row once more after its COMMIT, on a new connection if the old one is gone. An error about the
   * connection may then stand for an effect.
   */
  readonly readsAfterCommit: boolean;
}

/** An error of MySQL or its driver, as SQLAlchemy writes it: `(driver.Class) 1205 (HY000): text`, then `[SQL: …]` and `[parameters: …]`. */
interface DatabaseError {
  readonly number: number;
  /** The first word of the statement that failed, in capitals, empty where it begins with none; undefined where none was sent. */
  readonly statement: string | undefined;
}

/** What an answer with a database's error means for the call, by the table "A database's error inside an answer" of docs/participants.md. */
export type DatabaseVerdict = "rejected" | "unavailable" | "unknown";

/** The value cannot be stored: out of range, of another type, too long, null, or no such row in the other table. */
const VALUE_ERRORS: ReadonlySet<number> = new Set([1264, 1366, 1406, 1048, 1452]);

/** A lock wait that timed out, or a deadlock: the transaction is rolled back. */
const LOCK_ERRORS: ReadonlySet<number> = new Set([1205, 1213]);

/** No connection came about: too many, no access, nothing listens, no such host. */
const CONNECTION_ERRORS: ReadonlySet<number> = new Set([1040, 1044, 1045, 2002, 2003, 2005]);

/**
 * Decides what an exception's text says of the call. Only a known number at its very beginning decides, and only together with the statement
 * that it is about; the message, the rest of the statement and the parameters may hold what callers sent, so they never decide.
 */
export function judgeDatabaseError(text: string, { readsAfterCommit }: DatabaseErrorRules): DatabaseVerdict {
  const error = readDatabaseError(text);
  if (!error) return "unknown";
  const { number, statement } = error;
  // A statement that changes something fails before the COMMIT; a SELECT may be the reading after it.
  const isChange = statement === "INSERT" || statement === "UPDATE" || statement === "DELETE";
  if (isChange && VALUE_ERRORS.has(number)) return "rejected";
  if (isChange && LOCK_ERRORS.has(number)) return "unavailable";
  const hadNoConnection = CONNECTION_ERRORS.has(number) && (statement === undefined || isChange);
  return hadNoConnection && !readsAfterCommit ? "unavailable" : "unknown";
}

/** mysql-connector writes `(class) 1205 (HY000): …`, or `(class) 2003: …` where there is no SQL state; PyMySQL writes `(class) (1205, '…')`. */
const DRIVER_ERROR = /^\((?:mysql\.connector\.errors\.\w+\) (\d{4})(?: \(\w{5}\))?: |pymysql\.err\.\w+\) \((\d{4}), )/;

/** SQLAlchemy writes the statement on a line of its own, before its parameters. */
const STATEMENT = /\n\[SQL:\s*([A-Za-z]*)/g;

function readDatabaseError(text: string): DatabaseError | undefined {
  const [, byConnector, byPyMySql] = DRIVER_ERROR.exec(text) ?? [];
  const digits = byConnector ?? byPyMySql;
  const [statement, ...others] = [...text.matchAll(STATEMENT)].map(([, word = ""]) => word.toUpperCase());
  // Of two, one stands in the message or in a parameter, and nothing says which.
  return digits === undefined || others.length > 0 ? undefined : { number: Number(digits), statement };
}

/** Signs of an exception of the database, its driver or SQLAlchemy. */
const DATABASE_TEXT = /^\([\w.]+\) |\[SQL: |sqlalche\.me|sqlalchemy|pymysql|mysql/i;

/** Whether an answer's text comes from a database, whatever the status says. */
export function isDatabaseText(text: string): boolean {
  return DATABASE_TEXT.test(text);
}
