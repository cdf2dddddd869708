/** How a service reports the errors of its database in its replies. */
export interface DatabaseErrorRules {
  /** The status with which it answers every exception, as `{"error": text}`. */
  readonly status: number;
  /** The sentences under that status that it writes itself: they stay what the status says. Any other text may be an exception's. */
  readonly ownSentences?: readonly RegExp[];
  /**
   * Whether the request reads its new row again after its COMMIT, on a new connection if the old one is lost. Then an error about the
   * connection may hide an effect.
   */
  readonly readsAfterCommit: boolean;
}

/** An error of MySQL or its driver, as SQLAlchemy writes it: `(driver.Class) 1205 (HY000): text`, then `[SQL: …]` and `[parameters: …]`. */
interface DatabaseError {
  readonly number: number;
  /** The first word of the failed statement, in capitals; empty if it begins with no word, undefined if no statement was sent. */
  readonly statement: string | undefined;
}

/** The outcome of a call whose reply has a database error, by the table "A database's error inside an answer" of docs/participants.md. */
export type DatabaseVerdict = "rejected" | "unavailable" | "unknown";

/** The value cannot be stored: it is out of range, of the wrong type, too long or null, or the row that it refers to does not exist. */
const VALUE_ERRORS: ReadonlySet<number> = new Set([1264, 1366, 1406, 1048, 1452]);

/** A lock wait timed out, or there was a deadlock: the transaction is rolled back. */
const LOCK_ERRORS: ReadonlySet<number> = new Set([1205, 1213]);

/** There is no connection: too many of them, access denied, connection refused, or an unknown host. */
const CONNECTION_ERRORS: ReadonlySet<number> = new Set([1040, 1044, 1045, 2002, 2003, 2005]);

/**
 * Decides the outcome from an exception's text. Only a known number at its very beginning decides, and only together with the failed
 * statement. The message, the rest of the statement and the parameters may contain data of callers, so they never decide.
 */
export function judgeDatabaseError(text: string, { readsAfterCommit }: DatabaseErrorRules): DatabaseVerdict {
  const error = readDatabaseError(text);
  if (!error) return "unknown";
  const { number, statement } = error;
  // A statement that changes data fails before the COMMIT; a SELECT may be the read after it.
  const isChange = statement === "INSERT" || statement === "UPDATE" || statement === "DELETE";
  if (isChange && VALUE_ERRORS.has(number)) return "rejected";
  if (isChange && LOCK_ERRORS.has(number)) return "unavailable";
  const hadNoConnection = CONNECTION_ERRORS.has(number) && (statement === undefined || isChange);
  return hadNoConnection && !readsAfterCommit ? "unavailable" : "unknown";
}

/** mysql-connector writes `(class) 1205 (HY000): …`, or `(class) 2003: …` without an SQL state; PyMySQL writes `(class) (1205, '…')`. */
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

/** Whether the text of a reply comes from a database. */
export function isDatabaseText(text: string): boolean {
  return DATABASE_TEXT.test(text);
}
