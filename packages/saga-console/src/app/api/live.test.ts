import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Live } from "./live.ts";

vi.mock("./client.ts", () => ({ root: "", consoleHeaders: {} }));

interface Connection {
  readonly lastId: string | undefined;
  readonly send: (text: string) => void;
  readonly end: () => void;
}

/** A server whose replies a test chooses, and the streams that were opened. */
function serve(answer: (count: number) => number | "hangs" = () => 200) {
  const connections: Connection[] = [];
  vi.stubGlobal("fetch", async (_url: string, { headers, signal }: { headers: Record<string, string>; signal: AbortSignal }) => {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    aborted.catch(() => undefined);
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (own) => {
        controller = own;
        signal.addEventListener("abort", () => own.error(signal.reason));
      },
    });
    connections.push({
      lastId: headers["last-event-id"],
      send: (text) => controller?.enqueue(new TextEncoder().encode(text)),
      end: () => controller?.close(),
    });
    const status = answer(connections.length);
    if (status === "hangs") return await aborted;
    return status === 200 ? new Response(body) : new Response(null, { status });
  });
  return connections;
}

function follow(stopsWhereMissing = false) {
  const messages: string[] = [];
  const onRefresh = vi.fn();
  const live = new Live({ path: "sagas", onMessage: (data) => messages.push(data), onRefresh, stopsWhereMissing });
  return { live, messages, onRefresh };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a stream of changes", () => {
  it("is live while heartbeats come, whether or not anything else does", async () => {
    const connections = serve();
    const { live } = follow();
    for (let beats = 0; beats < 10; beats += 1) {
      await vi.advanceTimersByTimeAsync(15_000);
      connections[0]?.send(": heartbeat\n\n");
    }
    await vi.advanceTimersByTimeAsync(100);
    expect([live.state.value, connections.length]).toEqual(["live", 1]);
    live.stop();
  });

  it("is taken for dead where not even a heartbeat comes: the view is read again and again, and the stream is opened anew", async () => {
    const connections = serve();
    const { live, messages, onRefresh } = follow();
    await vi.advanceTimersByTimeAsync(100);
    connections[0]?.send("id: 7\ndata: one\n\n");
    await vi.advanceTimersByTimeAsync(29_000);
    expect(live.state.value).toBe("live");
    await vi.advanceTimersByTimeAsync(7_000);
    expect(live.state.value).toBe("polling");
    expect(onRefresh).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(9_000);
    expect([live.state.value, connections.length, connections[1]?.lastId, messages]).toEqual(["live", 2, "7", ["one"]]);
    live.stop();
  });

  it("is taken for dead where no reply comes at all", async () => {
    const connections = serve((count) => (count === 1 ? "hangs" : 200));
    const { live } = follow();
    await vi.advanceTimersByTimeAsync(36_000);
    expect(live.state.value).toBe("polling");
    await vi.advanceTimersByTimeAsync(9_000);
    expect([live.state.value, connections.length]).toEqual(["live", 2]);
    live.stop();
  });

  it("of something that does not exist is asked for once", async () => {
    const connections = serve(() => 404);
    const { live, onRefresh } = follow(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([live.state.value, connections.length]).toEqual(["missing", 1]);
    expect(onRefresh).not.toHaveBeenCalled();
  });

  it("that a host has not is replaced by asking again and again", async () => {
    const connections = serve(() => 404);
    const { live, onRefresh } = follow();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([live.state.value, connections.length]).toEqual(["polling", 3]);
    expect(onRefresh.mock.calls.length).toBeGreaterThan(3);
    live.stop();
  });

  it("begins at its start where the server does not know the last event that was seen", async () => {
    const connections = serve((count) => (count === 2 ? 422 : 200));
    const { live } = follow(true);
    await vi.advanceTimersByTimeAsync(100);
    connections[0]?.send("id: 7\ndata: one\n\n");
    await vi.advanceTimersByTimeAsync(100);
    connections[0]?.end();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(connections.map(({ lastId }) => lastId)).toEqual([undefined, "7", undefined]);
    expect(live.state.value).toBe("live");
    live.stop();
  });

  it("calls nobody after its stop", async () => {
    const connections = serve();
    const { live, onRefresh } = follow();
    await vi.advanceTimersByTimeAsync(100);
    live.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connections).toHaveLength(1);
    expect(onRefresh).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
