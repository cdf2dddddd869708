import { rejected, unavailable, unknown } from "saga-core";
import type { InterventionReason } from "saga-core/engine";
import { describe, expect, it } from "vitest";
import { bodyOf, settle, setUp } from "../testing/seat-app.ts";
import { viewSaga } from "./saga-view.ts";

const CANCEL_KEEPS = "Cancel: it still needs a human, in RESERVING.";
const APPLIED = "Resolve, reserve was applied: reserve is undone, then the saga is cancelled.";

describe("the explanation of a saga", () => {
  it.for<[InterventionReason, "run" | "rollback", readonly string[]]>([
    [
      "unknown-unkeyed",
      "run",
      ["It is not known whether the step reserve took effect at theatre, which keeps no keys", "Look at theatre", APPLIED],
    ],
    ["refused", "rollback", ["theatre refused undoing the step reserve, which must succeed in the end.", CANCEL_KEEPS]],
    ["gave-up", "rollback", ["Repeating did not settle undoing the step reserve at theatre in time.", CANCEL_KEEPS]],
    [
      "defect",
      "run",
      ["theatre says that the key of the step reserve was used for another request", "Retry: not possible", APPLIED],
    ],
  ])("says for the reason %s what happened, what is known, and what each choice would do", async ([reason, action, said]) => {
    const { answers, engine, clock, start } = setUp();
    answers.reserve = async () => unknown("half an answer.", { defect: true });
    const { saga_id } = await bodyOf(await start());
    const found = await engine.get(String(saga_id));
    if (found?.saga.phase.name !== "needs-intervention") throw new Error("The saga does not need a human.");
    const phase = { ...found.saga.phase, reason, action };
    clock.advanceBy(20_000);
    const { explanation } = viewSaga({ ...found, saga: { ...found.saga, phase } }, clock.now());
    for (const sentence of [...said, "Seen, at attempt 1: half an answer.", "Resolve, "]) expect(explanation).toContain(sentence);
    expect(explanation).toContain(
      "was not applied: not before 2026-01-01T00:05:00.000Z, because an attempt at it may still be on its way",
    );
  });

  it("says that the clock went back where a call is not repeated because of that", async () => {
    const { answers, engine, clock, start } = setUp();
    answers.reserve = async () => unknown("half an answer.", { defect: true });
    const { saga_id } = await bodyOf(await start());
    const found = await engine.get(String(saga_id));
    if (found?.saga.phase.name !== "needs-intervention") throw new Error("The saga does not need a human.");
    const phase = { ...found.saga.phase, reason: "gave-up" } as const;
    const { explanation } = viewSaga({ ...found, saga: { ...found.saga, phase, keysMayBeForgotten: true } }, clock.now());
    expect(explanation).toContain(
      "the orchestrator's clock went back since: the call is not repeated, because its key may be forgotten",
    );
  });

  it("says what the definition knows of the call's participant, after what was seen", async () => {
    const { answers, start } = setUp();
    answers.reserve = async () => unknown("half an answer.", { defect: true });
    answers.known = ({ seat }, action) => `The theatre has the ${action} of seat ${String(seat)} at GET /seats/${String(seat)}.`;
    const { explanation } = await bodyOf(await start());
    expect(explanation).toContain(
      "Seen, at attempt 1: half an answer. The theatre has the run of seat 3 at GET /seats/3. Cancel: ",
    );
  });

  it.for(["reserve", "pay"] as const)(
    "says to look at the participant where the definition fails to say what is known of it, or says nothing: %s",
    async (step) => {
      const { answers, start } = setUp();
      answers[step] = async () => unknown("half an answer.", { defect: true });
      const { explanation } = await bodyOf(await start());
      expect(explanation).toContain("half an answer. Look at theatre to find out whether it was applied.");
    },
  );

  it("names for the reason id-reused the other saga, also where a choice is refused because of it", async () => {
    const { answers, engine, clock, start } = setUp();
    answers.reserve = async () => unknown("half an answer.", { defect: true });
    const { saga_id } = await bodyOf(await start());
    const found = await engine.get(String(saga_id));
    if (found?.saga.phase.name !== "needs-intervention") throw new Error("The saga does not need a human.");
    const during = { name: "undoing", turn: { cause: "rejected", step: "pay", reason: "no funds" } } as const;
    const phase = { ...found.saga.phase, reason: "id-reused", action: "rollback", during, holder: "other" } as const;
    const { explanation } = viewSaga({ ...found, saga: { ...found.saga, phase } }, clock.now());
    const refused = "not possible, because its id was given to saga other since: another attempt could undo what that saga did.";
    expect(explanation).toContain("the same id was given to saga other since. So what was to be undone is gone");
    for (const choice of ["Retry", "Resolve, undoing reserve was not applied"])
      expect(explanation).toContain(`${choice}: ${refused}`);
    expect(explanation).toContain("Resolve, undoing reserve was applied: the saga is cancelled.");
  });

  it("says for a waiting saga what is known, when the next attempt follows, and what happens at the limit", async () => {
    const { answers, start, getJson } = setUp({ attemptsMax: 3 });
    answers.pay = async () => unavailable("503.", { retryAfterMs: 2_000 });
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    await settle();
    const { explanation, status } = await getJson(`/sagas/${String(saga_id)}`);
    expect(status).toBe("running");
    expect(explanation).toBe(
      "pay could not be done yet at theatre; so far it certainly had no effect. Last seen: 503. Attempt 2 follows at 2026-01-01T00:00:02.000Z. If it is not done by 2026-01-01T00:00:15.000Z, or after 3 attempts, the steps already done are undone.",
    );
  });

  it("says for a keyed call in doubt that it is repeated under its key", async () => {
    const { answers, start, getJson } = setUp();
    answers.pay = async () => unknown("no answer", { retryAfterMs: 2_000 });
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    await settle();
    const { explanation } = await getJson(`/sagas/${String(saga_id)}`);
    expect(explanation).toContain(
      "It is not known whether pay was applied at theatre. It is repeated under its key, which cannot apply it twice.",
    );
    expect(explanation).toContain("If it is not settled by 2026-01-02T00:00:00.000Z, the saga needs a human.");
  });

  it("is absent for a saga that has ended, and for one that is not waiting", async () => {
    const { answers, start, getJson } = setUp();
    answers.reserve = async () => rejected("sold out");
    const { saga_id } = await bodyOf(await start());
    expect(await getJson(`/sagas/${String(saga_id)}`)).not.toHaveProperty("explanation");
    answers.reserve = () => new Promise(() => undefined);
    const going = await bodyOf(await start({ prefer: "respond-async" }));
    expect(await getJson(`/sagas/${String(going["saga_id"])}`)).not.toHaveProperty("explanation");
  });
});
