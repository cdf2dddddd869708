/** The two database drivers of the existing services. */
export const drivers = ["mysql-connector", "pymysql"] as const;

export type Driver = (typeof drivers)[number];

export type Statement = "INSERT" | "UPDATE" | "DELETE" | "SELECT";

interface DatabaseText {
  readonly number: number;
  /** The failed statement; absent if there was no connection. */
  readonly statement?: Statement;
  readonly driver?: Driver;
  /** The parameters of the statement, in SQLAlchemy's notation. */
  readonly parameters?: string;
}

/** The class, SQL state and message of each error number, by MySQL or its driver. */
const messages: Readonly<Record<number, readonly [kind: string, state: string | undefined, message: string]>> = {
  1040: ["OperationalError", "08004", "Too many connections"],
  1044: ["ProgrammingError", "42000", "Access denied for user 'labs'@'%' to database 'store_db'"],
  1045: ["ProgrammingError", "28000", "Access denied for user 'labs'@'172.18.0.5' (using password: YES)"],
  1048: ["IntegrityError", "23000", "Column 'user_id' cannot be null"],
  1064: ["ProgrammingError", "42000", "You have an error in your SQL syntax"],
  1205: ["DatabaseError", "HY000", "Lock wait timeout exceeded; try restarting transaction"],
  1213: ["InternalError", "40001", "Deadlock found when trying to get lock; try restarting transaction"],
  1264: ["DataError", "22003", "Out of range value for column 'quantity' at row 1"],
  1366: ["DataError", "HY000", "Incorrect integer value: 'x' for column 'quantity' at row 1"],
  1406: ["DataError", "22001", "Data too long for column 'payment_link' at row 1"],
  1452: [
    "IntegrityError",
    "23000",
    "Cannot add or update a child row: a foreign key constraint fails (`store_db`.`orders`, CONSTRAINT `orders_ibfk_1`)",
  ],
  2002: ["DatabaseError", undefined, "Can't connect to local MySQL server through socket '/tmp/mysql.sock' (2)"],
  2003: ["DatabaseError", "HY000", "Can't connect to MySQL server on 'mysql:3306' (111)"],
  2005: ["InterfaceError", undefined, "Unknown MySQL server host 'mysql' (-3)"],
  2006: ["OperationalError", "HY000", "MySQL server has gone away"],
  2013: ["OperationalError", "HY000", "Lost connection to MySQL server during query"],
};

const statements: Readonly<Record<Statement, string>> = {
  INSERT: "INSERT INTO orders (user_id, total_amount) VALUES (%(user_id)s, %(total_amount)s)",
  UPDATE: "UPDATE stocks SET quantity=(stocks.quantity - %(quantity_1)s) WHERE stocks.product_id = %(product_id_1)s",
  DELETE: "DELETE FROM orders WHERE orders.id = %(id)s",
  SELECT: "SELECT orders.id AS orders_id, orders.user_id AS orders_user_id \nFROM orders \nWHERE orders.id = %(pk_1)s",
};

/** The text of a database error in SQLAlchemy's format: several lines, the driver's error first. */
export function databaseText({
  number,
  statement,
  driver = "mysql-connector",
  parameters = "{'user_id': 1}",
}: DatabaseText): string {
  const [kind, state, message] = messages[number] ?? ["OperationalError", "HY000", "An unlisted error"];
  const first =
    driver === "pymysql"
      ? `(pymysql.err.${kind}) (${number}, ${message.includes("'") ? `"${message}"` : `'${message}'`})`
      : `(mysql.connector.errors.${kind}) ${number}${state === undefined ? "" : ` (${state})`}: ${message}`;
  const sent = statement === undefined ? [] : [`[SQL: ${statements[statement]}]`, `[parameters: ${parameters}]`];
  return [first, ...sent, "(Background on this error at: https://sqlalche.me/e/20/e3q8)"].join("\n");
}
