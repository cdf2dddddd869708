/** Texts of database errors in SQLAlchemy's format: one of each kind that the client distinguishes. */
const texts = {
  1264: "(mysql.connector.errors.DataError) 1264 (22003): Out of range value for column 'quantity' at row 1",
  1205: "(mysql.connector.errors.DatabaseError) 1205 (HY000): Lock wait timeout exceeded; try restarting transaction",
  1452: "(mysql.connector.errors.IntegrityError) 1452 (23000): Cannot add or update a child row: a foreign key constraint fails",
  2003: "(mysql.connector.errors.DatabaseError) 2003 (HY000): Can't connect to MySQL server on 'mysql:3306' (111)",
  2013: "(mysql.connector.errors.OperationalError) 2013 (HY000): Lost connection to MySQL server during query",
} as const;

const statements = {
  INSERT: "INSERT INTO orders (user_id) VALUES (%(user_id)s)",
  UPDATE: "UPDATE stocks SET quantity=(stocks.quantity - %(quantity_1)s)",
  DELETE: "DELETE FROM orders WHERE orders.id = %(id)s",
  SELECT: "SELECT orders.id \nFROM orders \nWHERE orders.id = %(pk_1)s",
} as const;

type Change = "INSERT" | "UPDATE" | "DELETE";

/** The text of an error, and a pattern for every text with the same number and statement, because only these decide. */
export function databaseError(number: keyof typeof texts, statement?: keyof typeof statements) {
  const sent = statement === undefined ? [] : [`[SQL: ${statements[statement]}]`, "[parameters: {'user_id': 1}]"];
  const text = [texts[number], ...sent, "(Background on this error at: https://sqlalche.me/e/20/e3q8)"].join("\n");
  const first = `^\\((mysql\\.connector\\.errors|pymysql\\.err)\\.\\w+\\) \\(?${number}\\b(.|\\n)*`;
  return { text, pattern: statement === undefined ? `${first}$` : `${first}\\n\\[SQL:\\s*${statement}\\b(.|\\n)*$` };
}

/** A call that uses its service's database, the status of every exception there, and the first statement of its route. */
interface ExposedCall {
  readonly status: 400 | 500;
  readonly statement: Change;
  /** Whether the service reads the new row again after its COMMIT. If so, a missing connection leaves the call in doubt. */
  readonly readsAfterCommit: boolean;
}

/** The errors that the optional pacts contain for a call, each with its outcome. */
export function databaseErrorsAt({ status, statement, readsAfterCommit }: ExposedCall) {
  const named = (error: string) => `database error ${error}`;
  return [
    {
      reply: named(`1264 from mysql-connector at ${statement}`),
      status,
      ...databaseError(1264, statement),
      isAfterCommit: false,
      outcome: "rejected",
    },
    {
      reply: named(`1205 from mysql-connector at ${statement}`),
      status,
      ...databaseError(1205, statement),
      isAfterCommit: false,
      outcome: "unavailable",
    },
    {
      reply: named("2003 from mysql-connector"),
      status,
      ...databaseError(2003),
      isAfterCommit: readsAfterCommit,
      outcome: readsAfterCommit ? "unknown" : "unavailable",
    },
    {
      reply: named("2013 from mysql-connector at SELECT"),
      status,
      ...databaseError(2013, "SELECT"),
      isAfterCommit: true,
      outcome: "unknown",
    },
  ];
}
