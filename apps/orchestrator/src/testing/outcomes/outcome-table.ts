import { type CallName, callNamed, callNames } from "../participants/participant-calls.ts";
import { databaseRows } from "./database-rows.ts";
import { databaseText } from "./database-texts.ts";
import type { TableRow } from "./table-row.ts";

const html = "<!doctype html><title>error</title>";
const problem = { "content-type": "application/problem+json" };
const refusal = { error: "no" };

/** Payments answers every exception with 400. */
const exceptPayments = callNames.filter((call) => callNamed[call].participant !== "payments" && callNamed[call].isRead !== true);

/** Replies that have a special meaning at one participant or one call. */
const special: readonly TableRow[] = [
  {
    reply: "an unknown product",
    sent: { status: 500, body: { error: "Product ID 999 not found in database." } },
    outcome: "rejected",
    calls: ["createOrder"],
    contract: "base",
  },
  {
    reply: "no items",
    sent: { status: 500, body: { error: "Cannot create order. An order must have 1 or more items." } },
    outcome: "rejected",
    calls: ["createOrder"],
    contract: "base",
  },
  {
    reply: "an unknown user",
    sent: { status: 500, body: { error: databaseText({ number: 1452, statement: "INSERT" }) } },
    outcome: "rejected",
    calls: ["createOrder"],
    contract: "base",
  },
  {
    reply: "an order that was already deleted",
    sent: { status: 404, body: { deleted: false } },
    outcome: "done",
    calls: ["deleteOrder"],
    contract: "base",
  },
  {
    reply: "an order that is not deleted",
    sent: { status: 200, body: { deleted: false } },
    outcome: "unknown",
    calls: ["deleteOrder"],
  },
  {
    reply: "an order that does not exist, not changed",
    sent: { status: 200, body: { updated: false } },
    outcome: "rejected",
    calls: ["linkPayment"],
    contract: "base",
  },
  {
    reply: "an order that does not exist",
    sent: { status: 201, body: {} },
    outcome: "unavailable",
    calls: ["readTotalAmount"],
    contract: "base",
  },
  {
    reply: "an amount that is not a number",
    sent: { status: 201, body: { total_amount: "many" } },
    outcome: "unavailable",
    calls: ["readTotalAmount"],
  },
  ...["12345678901234567.89", "0.1000000000000000055511151231257827"].flatMap((total_amount): readonly TableRow[] => [
    {
      reply: `an amount that a double cannot hold, ${total_amount}`,
      sent: { status: 201, body: { total_amount } },
      outcome: "rejected",
      calls: ["readTotalAmount"],
    },
    {
      reply: `an amount that a double cannot hold, as a number, ${total_amount}`,
      sent: { status: 201, body: `{"total_amount":${total_amount}}` },
      outcome: "rejected",
      calls: ["readTotalAmount"],
    },
  ]),
  {
    reply: "an order id that a double cannot hold",
    sent: { status: 201, body: '{"order_id":9007199254740991.4}' },
    outcome: "unknown",
    calls: ["createOrder"],
  },
  {
    reply: "a payment with a missing member",
    sent: { status: 400, body: { error: "Vous devez indiquer un ID commande, ID utilisateur et valeur pour le paiement." } },
    outcome: "rejected",
    calls: ["createPayment"],
    contract: "base",
  },
  {
    reply: "a refused payment",
    sent: { status: 402, body: { error: "The payments of user 2 are refused." } },
    outcome: "rejected",
    calls: ["createPayment"],
    contract: "optional",
  },
  {
    reply: "a quantity that is not positive",
    sent: { status: 400, body: { error: "a quantity is a positive integer" } },
    outcome: "rejected",
    calls: ["decreaseStock", "increaseStock"],
    contract: "optional",
  },
  {
    reply: "not enough stock",
    sent: { status: 409, body: { error: "Not enough stock of product 3: 0 left." } },
    outcome: "rejected",
    calls: ["decreaseStock"],
    contract: "optional",
  },
];

const successes: readonly TableRow[] = [
  { reply: "a success without the promised members", sent: { status: 201, body: {} }, outcome: "unknown" },
  {
    reply: "a success with promised members of another type",
    sent: { status: 201, body: { order_id: "7", deleted: "true", updated: 1, result: true, payment_id: "3" } },
    outcome: "unknown",
  },
  { reply: "a success that is null", sent: { status: 200, body: null }, outcome: "unknown" },
  { reply: "a success that is a list", sent: { status: 200, body: [] }, outcome: "unknown" },
  { reply: "an empty success", sent: { status: 200, body: "" }, outcome: "unknown" },
  { reply: "a success in HTML", sent: { status: 200, body: html }, outcome: "unknown" },
  { reply: "half a JSON text", sent: { status: 201, body: '{"payment_' }, outcome: "unknown" },
  { reply: "no content", sent: { status: 204 }, outcome: "unknown" },
];

const refusals: readonly TableRow[] = [
  { reply: "a refusal 400", sent: { status: 400, body: refusal }, outcome: "rejected", calls: exceptPayments },
  { reply: "a refusal 400 as a problem", sent: { status: 400, body: { detail: "no" }, headers: problem }, outcome: "rejected" },
  {
    reply: "a 400 with an unknown sentence from Payments",
    sent: { status: 400, body: refusal },
    outcome: "unknown",
    calls: ["createPayment"],
  },
  {
    reply: "a 400 about malformed JSON",
    sent: {
      status: 400,
      body: { error: "400 Bad Request: The browser (or proxy) sent a request that this server could not understand." },
    },
    outcome: "rejected",
    calls: ["createPayment"],
  },
  ...[402, 404, 409, 410, 422].map(
    (status): TableRow => ({
      reply: `a database's text under the ${status} of a refusal`,
      sent: { status, body: { error: databaseText({ number: 2013, statement: "SELECT" }) } },
      outcome: "unknown",
    }),
  ),
  {
    reply: "a database's text in a problem",
    sent: { status: 409, body: { detail: databaseText({ number: 2013, statement: "SELECT" }) }, headers: problem },
    outcome: "unknown",
  },
  {
    reply: "a database's text that is no JSON",
    sent: { status: 409, body: databaseText({ number: 2013, statement: "SELECT" }) },
    outcome: "unknown",
  },
  { reply: "a refusal 400 in HTML", sent: { status: 400, body: html }, outcome: "rejected" },
  { reply: "a refusal 402", sent: { status: 402, body: refusal }, outcome: "rejected" },
  { reply: "a 404 with the service's own error", sent: { status: 404, body: refusal }, outcome: "rejected" },
  { reply: "a conflict that is not about the key", sent: { status: 409, body: refusal }, outcome: "rejected" },
  { reply: "an empty conflict", sent: { status: 409 }, outcome: "rejected" },
  { reply: "410 Gone", sent: { status: 410 }, outcome: "rejected" },
  { reply: "a 422 that is not about the key", sent: { status: 422, body: refusal }, outcome: "rejected" },
];

const aboutTheKey: readonly TableRow[] = [
  {
    reply: "a key in use",
    sent: { status: 409, body: { type: "idempotency-key-in-use", status: 409 }, headers: problem },
    outcome: "unknown",
    contract: "keyed",
  },
  {
    reply: "a key reused",
    sent: { status: 422, body: { type: "idempotency-key-reused", status: 422 }, headers: problem },
    outcome: "unknown",
    isDefect: true,
    contract: "keyed",
  },
  {
    reply: "a key reused, by an absolute type",
    sent: { status: 422, body: { type: "https://p.example/problems/idempotency-key-reused" }, headers: problem },
    outcome: "unknown",
    isDefect: true,
  },
  { reply: "too early", sent: { status: 425 }, outcome: "unknown" },
];

const elsewhere: readonly TableRow[] = [
  ...[401, 403, 404, 405, 415].map(
    (status): TableRow => ({
      reply: `a ${status} in HTML, from a wrong address, token or route`,
      sent: { status, body: html },
      outcome: "unavailable",
      isMisconfiguration: true,
    }),
  ),
  { reply: "an empty 404", sent: { status: 404 }, outcome: "unavailable", isMisconfiguration: true },
  {
    reply: "a gateway's own 404",
    sent: { status: 404, body: { message: "no Route matched" } },
    outcome: "unavailable",
    isMisconfiguration: true,
  },
  ...[300, 301, 302, 303, 304, 307, 308].map(
    (status): TableRow => ({
      reply: `a redirect ${status}`,
      sent: { status, headers: { location: "/elsewhere" } },
      outcome: "unknown",
    }),
  ),
];

const failures: readonly TableRow[] = [
  { reply: "too many requests", sent: { status: 429 }, outcome: "unavailable" },
  {
    reply: "unavailable, with Retry-After",
    sent: { status: 503, headers: { "retry-after": "2" } },
    outcome: "unavailable",
    contract: "optional",
  },
  { reply: "unavailable, without Retry-After", sent: { status: 503, body: html }, outcome: "unknown" },
  { reply: "a request timeout", sent: { status: 408 }, outcome: "unknown" },
  { reply: "a failure with an error text", sent: { status: 500, body: { error: "its Redis failed" } }, outcome: "unknown" },
  { reply: "a failure in HTML", sent: { status: 500, body: html }, outcome: "unknown" },
  ...[500, 501, 502, 504, 507, 599].map(
    (status): TableRow => ({ reply: `an empty ${status}`, sent: { status }, outcome: "unknown" }),
  ),
  ...[406, 418, 451].map((status): TableRow => ({ reply: `an unexpected ${status}`, sent: { status }, outcome: "unknown" })),
];

/** The outcome of every complete reply, as in "Reading their replies" of docs/participants.md. */
export const outcomeTable: readonly TableRow[] = [
  ...special,
  ...successes,
  ...refusals,
  ...aboutTheKey,
  ...elsewhere,
  ...failures,
  ...databaseRows,
];

/** The outcome of a reply to a call; undefined if the call never gets that reply. A read may be repeated, so it is never in doubt. */
export function outcomeOf(row: TableRow, call: CallName): TableRow["outcome"] | undefined {
  if (row.calls) return row.calls.includes(call) ? row.outcome : undefined;
  return callNamed[call].isRead ? "unavailable" : row.outcome;
}
