import { databaseText, drivers, type Statement } from "./database-texts.ts";
import type { CallName } from "./participant-calls.ts";
import type { TableRow } from "./table-row.ts";

/** A call that has an effect, the status with which its service answers every exception, and the statement that it begins with. */
interface ExposedCall {
  readonly call: CallName;
  readonly status: number;
  readonly statement: Statement;
  /** Whether its service reads the new row once more after the COMMIT. */
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

/** docs/participants.md, "A database's error inside an answer": one row for each number, driver and statement, at each call. */
export const databaseRows: readonly TableRow[] = exposedCalls.flatMap((exposed) => [
  ...drivers.flatMap((driver): readonly TableRow[] => {
    const { statement, readsAfterCommit } = exposed;
    const rows = (numbers: readonly number[], outcome: TableRow["outcome"], failed?: Statement) =>
      numbers.map((number) => {
        const text = databaseText({ number, driver, ...(failed && { statement: failed }) });
        return rowOf(exposed, { name: `${number} of ${driver}${failed ? ` at ${failed}` : ""}`, text, outcome });
      });
    return [
      ...rows(VALUES, "rejected", statement),
      ...rows(LOCKS, "unavailable", statement),
      ...rows(NO_CONNECTION, readsAfterCommit ? "unknown" : "unavailable"),
      ...rows(LOST_CONNECTION, "unknown", statement),
      // The reading after the COMMIT.
      ...rows([...VALUES, ...LOCKS, ...NO_CONNECTION, ...LOST_CONNECTION], "unknown", "SELECT"),
      ...rows([1064, 9999], "unknown", statement),
    ];
  }),
  ...doubtfulTexts(exposed.statement).map(([name, text]) => rowOf(exposed, { name, text, outcome: "unknown" })),
]);

function rowOf(
  { call, status }: ExposedCall,
  { name, text, outcome }: { readonly name: string; readonly text: string; readonly outcome: TableRow["outcome"] },
): TableRow {
  return { reply: `a database's error, ${name}`, sent: { status, body: { error: text } }, outcome, calls: [call] };
}

/** Texts that look like one that decides, and decide nothing. */
function doubtfulTexts(statement: Statement): readonly (readonly [name: string, text: string])[] {
  const refusing = databaseText({ number: 1264, statement });
  const unknownNumber = databaseText({ number: 9999, statement, parameters: `{'note': '${refusing}'}` });
  return [
    ["that quotes another in its parameters", unknownNumber],
    ["that comes after other words", `Payment failed: ${refusing}`],
    ["that comes after another line", `(raised as a result of Query-invoked autoflush)\n${refusing}`],
    ["whose number stands within a word", refusing.replace("1264", "E1264")],
    ["whose number has more digits", refusing.replace("1264", "12640")],
    ["of a driver that nobody listed", refusing.replace("mysql.connector.errors", "sqlite3")],
    ["whose statement begins within another line", refusing.replace("\n[SQL:", " [SQL:")],
    ["without its statement", refusing.split("\n[SQL:")[0] ?? ""],
    ["of 60 kB", `(mysql.connector.errors.DatabaseError) ${"1264 (22003): ".repeat(4_300)}`],
    ["of a statement that is none", refusing.replace(`[SQL: ${statement}`, `[SQL: X${statement}`)],
    ["of the pool", "QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00"],
    ["of the session", "Instance '<Row at 0x7f1c9c0d5e10>' has been deleted, or its row is otherwise not present."],
    ["of the interpreter", "'NoneType' object has no attribute 'id'"],
    ["of Redis", "Error 111 connecting to redis:6379. Connection refused."],
  ];
}
