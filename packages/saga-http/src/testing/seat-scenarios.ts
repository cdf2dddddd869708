import { type Outcome, unavailable, unknown } from "saga-core";
import { bodyOf, settle, setUp } from "./seat-app.ts";

/** Starts a saga. */
async function startOne(parts: ReturnType<typeof setUp>) {
  const { saga_id } = await bodyOf(await parts.start({ prefer: "respond-async" }));
  await settle();
  const id = String(saga_id);
  return { ...parts, id, path: `/sagas/${id}` };
}

/** A saga that needs a human, because its payment is in doubt. */
export async function sagaInDoubt() {
  const parts = setUp();
  parts.answers.pay = async () => unknown("half an answer", { defect: true });
  return await startOne(parts);
}

/** A saga that waits for the next attempt at its payment. */
export async function waitingSaga() {
  const parts = setUp({ attemptsMax: 5 });
  parts.answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
  return await startOne(parts);
}

/** A saga whose payment is under way until the test settles `payment`. */
export async function payingSaga() {
  const parts = setUp();
  const payment = Promise.withResolvers<Outcome<{ readonly ticket: number }>>();
  parts.answers.pay = () => payment.promise;
  return { ...(await startOne(parts)), payment };
}

/** A completed saga, and two that wait for their payment. */
export async function threeSagas() {
  const parts = setUp({ attemptsMax: 5 });
  const ids = [String((await bodyOf(await parts.start()))["saga_id"])];
  parts.answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
  for (let count = 0; count < 2; count += 1)
    ids.push(String((await bodyOf(await parts.start({ prefer: "respond-async" })))["saga_id"]));
  await settle();
  const statuses = async () => Promise.all(ids.map(async (id) => (await parts.getJson(`/sagas/${id}`))["status"]));
  return { ...parts, ids, statuses };
}
