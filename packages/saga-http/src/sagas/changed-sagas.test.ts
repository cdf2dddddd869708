import { UnreadableSaga } from "saga-core";
import { describe, expect, it } from "vitest";
import { dataOf, readMessages, stream } from "../testing/event-stream.ts";
import { bodyOf, setUp } from "../testing/seat-app.ts";

describe("the stream of GET /sagas", () => {
  it("skips a saga that cannot be read, and continues with the others", async () => {
    const { request, start, engine } = setUp();
    const { next, cancel } = readMessages(await request("/sagas?status=completed", { headers: stream }));
    expect(await next()).toBe(": open");
    const get = engine.get.bind(engine);
    engine.get = (id) => (id.endsWith("1") ? Promise.reject(new UnreadableSaga("corrupt")) : get(id));
    await (await start()).body?.cancel();
    const { saga_id } = await bodyOf(await start());
    expect(dataOf(await next())).toMatchObject({ saga_id });
    await cancel();
  });

  it("sends each changed saga that fits the filter, as it is after the change", async () => {
    const { request, start } = setUp();
    const { next, cancel } = readMessages(await request("/sagas?status=completed", { headers: stream }));
    expect(await next()).toBe(": open");
    const { saga_id } = await bodyOf(await start());
    expect(dataOf(await next())).toMatchObject({ saga_id, status: "completed" });
    await cancel();
  });

  it("keeps only the ids of changed sagas for a slow reader, and sends a reset when some were lost", async () => {
    const { request, start, engine } = setUp({ sagasInFlightMax: 2_000 });
    const { next, cancel } = readMessages(await request("/sagas", { headers: stream }));
    expect(await next()).toBe(": open");
    const events: string[] = [];
    engine.subscribe(({ saga }) => events.push(saga.id));
    for (let count = 0; count < 1_020; count += 1) await (await start()).body?.cancel();
    let message = await next();
    while (!message.startsWith("event: reset")) {
      expect(dataOf(message)).toMatchObject({ status: expect.any(String) });
      message = await next();
    }
    expect(events.length).toBeGreaterThan(3_000);
    await cancel();
  });
});
