import type { CallName } from "../participants/participant-calls.ts";
import { type Driver, databaseText, drivers, type Statement } from "./database-texts.ts";
import type { TableRow } from "./table-row.ts";

/** A call that has an effect, the status with which its service answers every exception, and the first statement of its route. */
interface ExposedCall {
  readonly call: CallName;
  readonly status: number;
  readonly statement: Statement;
  /** Whether its service reads the new row again after the COMMIT. */
  readonly readsAfterCommit: boolean;
}

const exposedCalls: readonly ExposedCall[] = [
  { call: "createOrder", status: 500, statement: "INSERT", readsAfterCommit: true },
  { call: "createPayment", status: 400, statement: "INSERT", readsAfterCommit: true },
  { call: "decreaseStock", status: 500, statement: "UPDATE", readsAfterCommit: false },
  { call: "increaseStock", status: 500, statement: "UPDATE", readsAfterCommit: false },
  { call: "deleteOrder", status: 500, statement: "DELETE", readsAfterCommit: false },
];

const VALUES = [1264, 1366, 1406, 1048, 1452];
const LOCKS = [1205, 1213];
const NO_CONNECTION = [1040, 1044, 1045, 2002, 2003, 2005];
const LOST_CONNECTION = [2006, 2013];

/** A database error at one call, and its outcome. */
interface DatabaseRow {
  readonly exposed: ExposedCall;
  readonly number: number;
  readonly driver: Driver;
  /** The failed statement; absent if there was no connection. */
  readonly failed?: Statement;
  readonly outcome: TableRow["outcome"];
}

const databaseErrors: readonly DatabaseRow[] = exposedCalls.flatMap((exposed) =>
  drivers.flatMap((driver) => {
    const { statement, readsAfterCommit } = exposed;
    const rows = (numbers: readonly number[], outcome: TableRow["outcome"], failed?: Statement): readonly DatabaseRow[] =>
      numbers.map((number) => ({ exposed, number, driver, outcome, ...(failed && { failed }) }));
    return [
      ...rows(VALUES, "rejected", statement),
      ...rows(LOCKS, "unavailable", statement),
      ...rows(NO_CONNECTION, readsAfterCommit ? "unknown" : "unavailable"),
      ...rows(LOST_CONNECTION, "unknown", statement),
      // The read after the COMMIT.
      ...rows([...VALUES, ...LOCKS, ...NO_CONNECTION, ...LOST_CONNECTION], "unknown", "SELECT"),
      ...rows([1064, 9999], "unknown", statement),
    ];
  }),
);

/** The table "A database's error inside an answer" of docs/participants.md: one row for each number, driver and statement, at each call. */
export const databaseRows: readonly TableRow[] = [
  ...databaseErrors.map((error): TableRow => {
    const { exposed, number, driver, failed, outcome } = error;
    const text = databaseText({ number, driver, ...(failed && { statement: failed }) });
    const row = rowOf(exposed, { name: nameOf(error), text, outcome });
    return isContracted(number, driver, failed) ? { ...row, contract: "optional" } : row;
  }),
  ...exposedCalls.flatMap((exposed) =>
    doubtfulTexts(exposed.statement).map(([name, text]) => rowOf(exposed, { name, text, outcome: "unknown" })),
  ),
];

function nameOf({ number, driver, failed }: DatabaseRow): string {
  return `${number} from ${driver}${failed ? ` at ${failed}` : ""}`;
}

/** The optional pacts have one error of each kind: a value, a lock, no connection, and a connection lost after the COMMIT. */
function isContracted(number: number, driver: Driver, failed: Statement | undefined): boolean {
  if (driver !== "mysql-connector") return false;
  return failed === "SELECT" ? number === 2013 : [1264, 1205].includes(number) || (number === 2003 && failed === undefined);
}

function rowOf(
  { call, status }: ExposedCall,
  { name, text, outcome }: { readonly name: string; readonly text: string; readonly outcome: TableRow["outcome"] },
): TableRow {
  return { reply: `database error ${name}`, sent: { status, body: { error: text } }, outcome, calls: [call] };
}

/** Texts that resemble a decisive error and decide nothing. */
function doubtfulTexts(statement: Statement): readonly (readonly [name: string, text: string])[] {
  const refusing = databaseText({ number: 1264, statement });
  const unknownNumber = databaseText({ number: 9999, statement, parameters: `{'note': '${refusing}'}` });
  return [
    ["9999 that quotes 1264 in its parameters", unknownNumber],
    ["1264 after other words", `Payment failed: ${refusing}`],
    ["1264 after another line", `(raised as a result of Query-invoked autoflush)\n${refusing}`],
    ["1264 within a word", refusing.replace("1264", "E1264")],
    ["12640", refusing.replace("1264", "12640")],
    ["1264 from an unknown driver", refusing.replace("mysql.connector.errors", "sqlite3")],
    ["1264 whose statement begins within another line", refusing.replace("\n[SQL:", " [SQL:")],
    ["1264 without its statement", refusing.split("\n[SQL:")[0] ?? ""],
    ["of 60 kB", `(mysql.connector.errors.DatabaseError) ${"1264 (22003): ".repeat(4_300)}`],
    ["1264 with an unknown statement", refusing.replace(`[SQL: ${statement}`, `[SQL: X${statement}`)],
    ["1264 with a second statement in its message", refusing.replace("'quantity'", `'\n[SQL: ${statement} x'`)],
    ["2003 with an unreadable statement", databaseText({ number: 2003, statement: "SELECT" }).replace("SELECT", "(SELECT")],
    ["without text", ""],
    // Errors of the read after the COMMIT in trials with both drivers: SQLAlchemy wraps only the drivers' own errors.
    ...[
      "This result object does not return rows. It has been closed automatically.",
      "unpack requires a buffer of 31 bytes",
      "end byte not present in buffer",
      "invalid literal for int() with base 10: 'abc'",
      "QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00",
      "Instance '<Row at 0x7f1c9c0d5e10>' has been deleted, or its row is otherwise not present.",
      "'NoneType' object has no attribute 'id'",
      "Error 111 connecting to redis:6379. Connection refused.",
    ].map((text) => [`from elsewhere than the driver, ${text}`, text] as const),
  ];
}
