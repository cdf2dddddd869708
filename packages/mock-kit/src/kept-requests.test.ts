import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { control } from "./controls.ts";
import { Mock } from "./mock.ts";
import { answered, applied } from "./reply.ts";
import { ServedMock } from "./served-mock.ts";

let directory: string;
let stateFile: string;
let served: ServedMock;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "mock-state-"));
  stateFile = join(directory, "state.jsonl");
  await restart();
});

afterEach(async () => {
  await served.close();
  await rm(directory, { recursive: true });
});

/** Another mock with nothing in memory, on the same file, as after a kill. */
async function restart(): Promise<void> {
  await served?.close();
  let count = 0;
  let isOpen = true;
  const mock = new Mock({
    title: "things",
    keyed: true,
    stateFile,
    routes: [
      {
        document: { method: "post", path: "/things/{id}", request: { body: { content: {} } }, responses: {} },
        answer: ({ params, body }) => {
          if (typeof body === "object" && body && "refuse" in body) return answered(409, { error: "no" });
          if (!isOpen) return answered(403, { error: "closed" });
          count += 1;
          return applied(201, { count, id: params["id"] });
        },
      },
      {
        document: { method: "delete", path: "/things/{id}", responses: {} },
        answer: () => {
          count -= 1;
          return applied(200, { count });
        },
      },
    ],
    controls: [
      control({ method: "post", path: "/control/close", summary: "Refuses from here on." }, () => {
        isOpen = false;
        return answered(200, {});
      }),
      control({ method: "delete", path: "/control/close", summary: "Refuses no longer." }, () => {
        isOpen = true;
        return answered(200, {});
      }),
    ],
    state: () => ({ count }),
    reset: () => {
      count = 0;
      isOpen = true;
    },
  });
  served = new ServedMock(mock);
  await served.listen();
}

const post = (body: object, key?: string) => served.call("POST", "/things/7", body, key);

describe("a mock with a file of its state", () => {
  it("comes back with its effects, its ledger, and the first reply to each key, refusals too", async () => {
    await post({}, "one");
    await post({ refuse: true }, "two");
    await post({});
    const before = [await served.call("GET", "/control/state"), await served.call("GET", "/control/ledger")];
    await restart();
    expect([await served.call("GET", "/control/state"), await served.call("GET", "/control/ledger")]).toEqual(before);
    expect(await post({}, "one")).toEqual([201, { count: 1, id: "7" }]);
    expect((await post({}, "two"))[0]).toBe(422);
    expect(await post({ refuse: true }, "two")).toEqual([409, { error: "no" }]);
    expect(await served.call("GET", "/control/state")).toEqual([200, { count: 2 }]);
  });

  it("comes back from a request without a body too", async () => {
    await post({}, "one");
    await post({}, "two");
    await served.call("DELETE", "/things/7");
    await restart();
    expect(await served.call("GET", "/control/state")).toEqual([200, { count: 1 }]);
  });

  it("answers again what it answered, where a control decided", async () => {
    await post({}, "one");
    await served.call("POST", "/control/close");
    await post({}, "two");
    await served.call("DELETE", "/control/close");
    await post({}, "three");
    await served.call("POST", "/control/close");
    await restart();
    expect(await served.call("GET", "/control/state")).toEqual([200, { count: 2 }]);
    expect(await post({}, "two")).toEqual([403, { error: "closed" }]);
    expect((await post({}, "four"))[0]).toBe(403);
    await served.call("POST", "/control/reset");
    await restart();
    expect((await post({}, "one"))[0]).toBe(201);
  });

  it("gives a key whose first request could not be read the same refusal", async () => {
    const send = async (body: string, type: string) => {
      const headers = { "content-type": type, "idempotency-key": '"one"' };
      const reply = await fetch(`${served.url}/things/7`, { method: "POST", headers, body });
      return [reply.status, reply.headers.get("content-type"), await reply.text()];
    };
    const first = await send("{}", "text/plain");
    expect(first[0]).toBe(415);
    await restart();
    expect((await post({ other: true }, "one"))[0]).toBe(422);
    expect(await send("{}", "text/plain")).toEqual(first);
    expect(await served.call("GET", "/control/state")).toEqual([200, { count: 0 }]);
  });

  it("forgets a request whose line was cut by the kill, and goes on after it", async () => {
    await post({}, "one");
    await appendFile(stateFile, '{"route":"POST /things/{id}","par');
    await restart();
    expect(await served.call("GET", "/control/state")).toEqual([200, { count: 1 }]);
    await post({}, "two");
    await restart();
    expect(await served.call("GET", "/control/state")).toEqual([200, { count: 2 }]);
  });

  it("comes back with its faults, and with what is left of their counts", async () => {
    const fault = { route: "POST /things/{id}", fault: "status", status: 503 };
    await served.call("POST", "/control/faults", { ...fault, times: 3, share: 50 });
    expect((await post({}))[0]).toBe(503);
    expect((await post({}))[0]).toBe(201);
    await restart();
    const left = { ...fault, times: 2, share: 50 };
    expect(await served.call("GET", "/control/faults")).toEqual([200, { faults: [left] }]);
    expect([(await post({}))[0], (await post({}))[0], (await post({}))[0]]).toEqual([503, 201, 503]);
    await restart();
    expect(await served.call("GET", "/control/faults")).toEqual([200, { faults: [] }]);
    await served.call("POST", "/control/faults", fault);
    await served.call("DELETE", "/control/faults");
    await restart();
    expect((await post({}))[0]).toBe(201);
  });

  it("keeps nothing across a reset", async () => {
    await post({}, "one");
    await served.call("POST", "/control/faults", { route: "POST /things/{id}", fault: "drop_before" });
    await served.call("POST", "/control/reset");
    expect(await readFile(stateFile, "utf8")).toBe("");
    await restart();
    expect(await post({}, "one")).toEqual([201, { count: 1, id: "7" }]);
  });
});
