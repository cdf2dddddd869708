/** What a service's database says when it fails, as SQLAlchemy writes it into the answer: one of each kind that the client tells apart. */
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

/** The text, and the pattern that every text of this kind fits: the number and the statement decide, whatever else it says. */
export function databaseError(number: keyof typeof texts, statement?: keyof typeof statements) {
  const sent = statement === undefined ? [] : [`[SQL: ${statements[statement]}]`, "[parameters: {'user_id': 1}]"];
  const text = [texts[number], ...sent, "(Background on this error at: https://sqlalche.me/e/20/e3q8)"].join("\n");
  const first = `^\\((mysql\\.connector\\.errors|pymysql\\.err)\\.\\w+\\) \\(?${number}\\b(.|\\n)*`;
  return { text, pattern: statement === undefined ? `${first}$` : `${first}\\n\\[SQL:\\s*${statement}\\b(.|\\n)*$` };
}

/** How a call meets its service's database: the status of every exception, and the statement that it begins with. */
interface ExposedCall {
  readonly status: 400 | 500;
  readonly statement: Change;
  /** Whether the service reads the new row once more after its COMMIT: then a missing connection decides nothing. */
  readonly readsAfterCommit: boolean;
}

/** Every error of the optional pacts at such a call, and its outcome. */
export function databaseErrorsAt({ status, statement, readsAfterCommit }: ExposedCall) {
  const named = (reply: string) => `a database's error, ${reply}`;
  return [
    {
      reply: named(`1264 of mysql-connector at ${statement}`),
      status,
      ...databaseError(1264, statement),
      isAfterCommit: false,
      outcome: "rejected",
    },
    {
      reply: named(`1205 of mysql-connector at ${statement}`),
      status,
      ...databaseError(1205, statement),
      isAfterCommit: false,
      outcome: "unavailable",
    },
    {
      reply: named("2003 of mysql-connector"),
      status,
      ...databaseError(2003),
      isAfterCommit: readsAfterCommit,
      outcome: readsAfterCommit ? "unknown" : "unavailable",
    },
    {
      reply: named("2013 of mysql-connector at SELECT"),
      status,
      ...databaseError(2013, "SELECT"),
      isAfterCommit: true,
      outcome: "unknown",
    },
  ];
}
