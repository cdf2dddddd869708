import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as delay } from "node:timers/promises";
import { connect, HttpCallError, type Ingress, rpc } from "@restatedev/restate-sdk-clients";
import { JournalError, type Pause } from "saga-core";
import { type CorrelationQuery, correlationName, type StartClaim } from "saga-core/engine";
import { z } from "zod";
import { messageOf } from "../message-of.ts";
import { PAUSES_KEY, readPauses } from "../objects/definition-pauses.ts";
import { json } from "../objects/json-serde.ts";
import {
  type KeyedStart,
  keyedStartSchema,
  type OperationRequest,
  type StartAnswer,
  startAnswerSchema,
  type Verdict,
  verdictSchema,
  type WorkflowInput,
} from "../objects/messages.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import { timings } from "../timings.ts";

/** What a process gives of a saga's record: all of it, or some parts. */
export interface RecordedSaga {
  readonly record: unknown;
  readonly earlier: readonly unknown[];
  readonly nextPart?: number | undefined;
  readonly later?: readonly unknown[] | undefined;
}

// A process of an earlier release gives all parts at once.
const recordedSchema: z.ZodType<RecordedSaga | null> = z
  .object({
    record: z.unknown(),
    earlier: z.array(z.unknown()),
    nextPart: z.number().optional(),
    later: z.array(z.unknown()).optional(),
  })
  .nullable();

/** The events that a workflow ended with; null where they are too many to return. */
const endSchema = z.array(z.unknown()).nullable();

/** Whether something has changed; a process of an earlier release does not say. */
const changedSchema = z
  .boolean()
  .nullish()
  .transform((isChanged) => isChanged !== false);

interface HandlerOf {
  readonly service: string;
  readonly key: string;
  readonly handler: string;
}

/** Requests to Restate's ingress. Every failure is a JournalError: none is the fault of the caller. */
export class RestateIngress {
  readonly #ingress: Ingress;
  readonly #names: ServiceNames;
  #failure: string | undefined;

  constructor(url: string, names: ServiceNames) {
    // Every request may be sent twice: a workflow is submitted once, an operation carries its id, and the others only read.
    this.#ingress = connect({ url, retry: timings.ingressRetry });
    this.#names = names;
  }

  /** Why Restate did not serve the last request; undefined when it did. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Starts a saga, unless it is started already. Resolves when that is durable. */
  async submit(service: string, sagaId: string, input: WorkflowInput): Promise<void> {
    await this.#inTime((signal) =>
      this.#workflow(service, sagaId).workflowSubmit(input, rpc.sendOpts<WorkflowInput>({ signal })),
    );
  }

  /**
   * Starts a saga and waits for its end; resolves with its events where they are few. The runtime may send a request again whose answer was lost: then
   * Restate says that the saga was started before, and the end of that one is waited for.
   */
  async run(service: string, sagaId: string, input: WorkflowInput, signal: AbortSignal): Promise<readonly unknown[] | null> {
    const opts = rpc.opts<unknown, unknown>({ input: json, output: json, signal });
    const call = { service, handler: "run", key: sagaId, parameter: input, opts };
    try {
      return endSchema.parse(await this.#guard(() => this.#ingress.call<unknown, unknown>(call)));
    } catch (error) {
      if (!(error instanceof JournalError) || !isStarted(error.cause)) throw error;
      return await this.attach(service, sagaId, signal);
    }
  }

  /** Waits for the end of a saga that was started. The object of a key may have sent it a moment ago: then Restate does not know it yet. */
  async attach(service: string, sagaId: string, signal: AbortSignal): Promise<readonly unknown[] | null> {
    const opts = rpc.opts<void, unknown>({ signal });
    const attach = async (looksLeft: number): Promise<unknown> => {
      try {
        return await this.#workflow(service, sagaId).workflowAttach(opts);
      } catch (error) {
        if (!isNotFound(error) || looksLeft === 0) throw error;
        await delay(timings.sentLookMs);
        return await attach(looksLeft - 1);
      }
    };
    return endSchema.parse(await this.#guard(() => attach(timings.sentLooksMax)));
  }

  /** Starts a saga under an Idempotency-Key, unless the key has one; resolves with the saga of the key. Without an input it starts none. */
  async startUnderKey(key: string, start: KeyedStart, input: WorkflowInput | undefined): Promise<KeyedStart | undefined> {
    const started = await this.#call(
      { service: this.#names.starts, key, handler: "start" },
      { start, ...(input && { input }) },
      start.id,
    );
    return keyedStartSchema.nullable().parse(started) ?? undefined;
  }

  /**
   * Starts a saga whose input has correlations, unless the key has one, or another saga has one of them.
   *
   * @param key absent: the saga has none.
   */
  async startClaiming(
    key: string | undefined,
    start: KeyedStart,
    claims: readonly StartClaim[],
    input: WorkflowInput | undefined,
  ): Promise<StartAnswer> {
    const handler = key === undefined ? "beginClaiming" : "startClaiming";
    const message = { start, claims, ...(input && { input }) };
    return startAnswerSchema.parse(
      await this.#call({ service: this.#names.starts, key: key ?? start.id, handler }, message, start.id),
    );
  }

  /** The id of the saga that has a correlation now. */
  async holderOf(query: CorrelationQuery): Promise<string | undefined> {
    const holder = await this.#call({ service: this.#names.correlations, key: correlationName(query), handler: "holder" }, null);
    return z.string().nullable().parse(holder) ?? undefined;
  }

  /** Reads a saga's record, and some of its parts. @param part the first of them. */
  async look(service: string, sagaId: string, part: number): Promise<RecordedSaga | undefined> {
    return recordedSchema.parse(await this.#call({ service, key: sagaId, handler: "look" }, { part })) ?? undefined;
  }

  async operate(service: string, sagaId: string, request: OperationRequest, requestId: string): Promise<Verdict> {
    return verdictSchema.parse(await this.#call({ service, key: sagaId, handler: "operate" }, request, requestId));
  }

  async pauses(): Promise<readonly Pause[]> {
    return readPauses(await this.#call(this.#pausesHandler("look"), null));
  }

  /** Resolves with whether something has changed. */
  async beginPause(pause: Pause, requestId: string): Promise<boolean> {
    return changedSchema.parse(await this.#call(this.#pausesHandler("begin"), pause, requestId));
  }

  /** Resolves with whether the pause was there, made by its definition itself. */
  async endAutomaticPause(pause: Pause, requestId: string): Promise<boolean> {
    return changedSchema.parse(await this.#call(this.#pausesHandler("endAutomatic"), pause, requestId));
  }

  async endPause(definition: string, requestId: string): Promise<void> {
    await this.#call(this.#pausesHandler("end"), definition, requestId);
  }

  #pausesHandler(handler: string): HandlerOf {
    return { service: this.#names.pauses, key: PAUSES_KEY, handler };
  }

  #workflow(name: string, sagaId: string) {
    type Run = (context: unknown, input: WorkflowInput) => Promise<unknown>;
    return this.#ingress.workflowClient<{ run: Run }>({ name }, sagaId);
  }

  /** @param idempotencyKey the same for every repetition of the request; absent where it only reads. */
  async #call({ service, key, handler }: HandlerOf, parameter: unknown, idempotencyKey?: string): Promise<unknown> {
    return await this.#inTime((signal) => {
      const opts = rpc.opts<unknown, unknown>({
        input: json,
        output: json,
        signal,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      });
      return this.#ingress.call<unknown, unknown>({ service, handler, key, parameter, opts });
    });
  }

  /** A request that Restate must answer soon. */
  async #inTime<Result>(send: (signal: AbortSignal) => PromiseLike<Result>): Promise<Result> {
    // Not AbortSignal.timeout: its timer would keep the request in memory until the time is over.
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timings.ingressRequestMsMax);
    try {
      return await this.#guard(() => send(abort.signal));
    } catch (cause) {
      if (!isTimeout(cause)) throw cause;
      this.#failure = `Restate did not answer within ${timings.ingressRequestMsMax} ms.`;
      throw new JournalError(this.#failure, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  async #guard<Result>(send: () => PromiseLike<Result>): Promise<Result> {
    try {
      const result = await send();
      this.#failure = undefined;
      return result;
    } catch (cause) {
      if (isTimeout(cause)) throw cause;
      const message = `Restate did not serve a request: ${describe(cause)}`;
      this.#failure = message;
      throw new JournalError(message, { cause });
    }
  }
}

/** Whether the caller stopped waiting, and nothing else is wrong. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
}

/** A workflow runs once: its id is new, so that nobody else has started it. */
function isStarted(error: unknown): boolean {
  return error instanceof HttpCallError && error.status === 409;
}

function isNotFound(error: unknown): boolean {
  return error instanceof HttpCallError && error.status === 404;
}

function describe(error: unknown): string {
  if (error instanceof HttpCallError) return `${error.status} ${error.responseText}`;
  return messageOf(error);
}
