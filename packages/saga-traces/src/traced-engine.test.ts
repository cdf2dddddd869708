import { SpanStatusCode } from "@opentelemetry/api";
import type { Saga, StartRequest } from "saga-core";
import { type EngineScene, embeddedSubject } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { SagaSpans } from "./saga-spans.ts";
import { RecordingTracer } from "./testing/recording-tracer.ts";
import { spanContextOf } from "./trace-parent.ts";
import { TracedEngine } from "./traced-engine.ts";

const caller = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=1" };
const unsampled = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00" };

async function setUp(scene: Partial<EngineScene> = {}, tracer = new RecordingTracer()) {
  const subject = await embeddedSubject({ ...scene, observers: [new SagaSpans(tracer)] });
  const engine = new TracedEngine(subject.engine, { tracer, requestSpan: () => undefined });
  const run = async (request: Partial<StartRequest> = {}): Promise<Saga> => {
    const { id } = await engine.start({ definition: "scripted", input: {}, ...request });
    return await subject.rest(id);
  };
  return { ...subject, engine, tracer, run };
}

describe("a start", () => {
  it("is the anchor of its saga's trace, below its caller, and every other span of the saga is below it", async () => {
    const { tracer, run } = await setUp();
    const saga = await run({ trace: caller });
    const anchor = tracer.only("start scripted");
    expect(anchor.parent).toMatchObject({ spanId: "b7ad6b7169203331" });
    expect(spanContextOf(saga.trace)).toMatchObject(anchor.spanContext());
    expect(tracer.names).toEqual(["start scripted", "run order", "run stock", "run pay", "run mail", "scripted completed"]);
    for (const span of tracer.ended.slice(1)) expect(span.parent?.spanId).toBe(anchor.spanContext().spanId);
  });

  it("begins a trace where its caller has none", async () => {
    const { tracer, run } = await setUp();
    const saga = await run();
    expect(tracer.only("start scripted").parent).toBeUndefined();
    expect(saga.trace?.traceparent).toContain(tracer.only("run pay").spanContext().traceId);
  });

  it("that repeats one under its key has no span, and its saga keeps its anchor", async () => {
    const { tracer, run } = await setUp();
    const first = await run({ idempotencyKey: "k", trace: caller });
    const again = await run({ idempotencyKey: "k" });
    expect(again.trace).toEqual(first.trace);
    expect(tracer.only("start scripted").attributes).toEqual({ "saga.id": first.id, "saga.definition": "scripted" });
  });

  it("that is refused is a span with the reason, and without what was sent", async () => {
    const { tracer, engine } = await setUp();
    const start = engine.start({ definition: "scripted", input: "canary" });
    await expect(start).rejects.toThrow();
    const { status, attributes } = tracer.only("start scripted");
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: "invalid-input" });
    expect(attributes).toEqual({ "error.type": "invalid-input" });
  });

  it("whose caller does not sample its trace passes that on to each participant, and nothing is exported", async () => {
    const { tracer, run, world } = await setUp();
    const saga = await run({ trace: unsampled });
    expect(tracer.names).toEqual([]);
    expect(saga.trace?.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-00$/);
    expect(world.attempts.map(({ trace }) => trace)).toEqual(world.attempts.map(() => saga.trace));
  });

  it("that the host's sampler leaves out is traced by nobody, also after it", async () => {
    const { tracer, run } = await setUp({}, new RecordingTracer({ samples: false }));
    const saga = await run();
    expect(tracer.names).toEqual([]);
    expect(saga.trace?.traceparent).toMatch(/-00$/);
  });
});

describe("an attempt", () => {
  it("gives its own context to its participant, and the caller's tracestate unchanged", async () => {
    const { tracer, run, world } = await setUp();
    await run({ trace: caller });
    const sent = world.attempts.map(({ step, trace }) => [step, spanContextOf(trace)?.spanId, trace?.tracestate]);
    const spans = ["order", "stock", "pay", "mail"].map((step) => [step, tracer.only(`run ${step}`).spanContext().spanId]);
    expect(sent).toEqual(spans.map((span) => [...span, "vendor=1"]));
  });

  it("without a clear answer is an error, and its repetition is a span of its own", async () => {
    const { tracer, run } = await setUp({ faults: { "stock/run": ["reply-lost"] } });
    await run();
    const attempts = tracer.ended.filter(({ name }) => name === "run stock");
    expect(attempts.map(({ attributes }) => [attributes["saga.attempt"], attributes["saga.outcome"]])).toEqual([
      [1, "unknown"],
      [2, "done"],
    ]);
    expect(attempts.map(({ status }) => status.code)).toEqual([SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
  });

  it("of a saga that was started without a tracer is no span", async () => {
    const tracer = new RecordingTracer();
    const { engine, rest } = await embeddedSubject({ observers: [new SagaSpans(tracer)] });
    await rest((await engine.start({ definition: "scripted", input: {} })).id);
    expect(tracer.names).toEqual([]);
  });
});

describe("the end of a saga", () => {
  it("that is undone says where it turned and why, and not in whose words", async () => {
    const { tracer, run } = await setUp({ faults: { "pay/run": ["rejected"] } });
    await run();
    expect(tracer.names.slice(-3)).toEqual(["rollback stock", "rollback order", "scripted cancelled"]);
    const { attributes, status } = tracer.only("scripted cancelled");
    expect(attributes).toMatchObject({ "saga.turn.cause": "rejected", "saga.turn.step": "pay" });
    expect(JSON.stringify(attributes)).not.toContain("refused");
    expect(status.code).toBe(SpanStatusCode.UNSET);
  });

  it("is an error where it needs a human", async () => {
    const { tracer, run } = await setUp({ faults: { "mail/run": ["rejected"] } });
    await run();
    expect(tracer.only("scripted needs_intervention").status.code).toBe(SpanStatusCode.ERROR);
  });
});

describe("an operation", () => {
  it("is a span of its own trace that links to the saga's, where one links back", async () => {
    const { tracer, run, engine, rest } = await setUp({ faults: { "mail/run": ["rejected"] } });
    const { id } = await run();
    await engine.resolve(id, { step: "mail", applied: true, by: "ada", note: "seen" });
    await rest(id);
    const [operation, recorded] = [tracer.only("resolve scripted"), tracer.only("resolve recorded")];
    const anchor = tracer.only("start scripted").spanContext();
    expect(operation.spanContext().traceId).not.toBe(anchor.traceId);
    expect(operation.links).toMatchObject([{ context: { spanId: anchor.spanId } }]);
    expect(recorded.parent).toMatchObject({ spanId: anchor.spanId });
    expect(recorded.links).toEqual([{ context: operation.spanContext() }]);
    expect(operation.attributes).toMatchObject({ "saga.operation": "resolve", "saga.step": "mail", "saga.applied": true });
    expect(JSON.stringify([operation.attributes, recorded.attributes])).not.toMatch(/ada|seen/);
  });

  it("that is refused is a span with the reason, and leaves nothing in the saga's trace", async () => {
    const { tracer, run, engine } = await setUp();
    const { id } = await run();
    await expect(engine.cancel(id)).rejects.toThrow();
    expect(tracer.only("cancel saga")).toMatchObject({ status: { message: "not-allowed" }, links: [] });
    expect(tracer.names).not.toContain("cancel recorded");
  });
});
