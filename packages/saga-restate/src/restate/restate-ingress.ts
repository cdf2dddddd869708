import { clearTimeout, setTimeout } from "node:timers";
import { connect, HttpCallError, type Ingress, rpc } from "@restatedev/restate-sdk-clients";
import { JournalError, type Pause } from "saga-core";
import { z } from "zod";
import { PAUSES_KEY, readPauses } from "../objects/definition-pauses.ts";
import { json } from "../objects/json-serde.ts";
import {
  type Request,
  type StartUnderKey,
  startSchema,
  type Verdict,
  verdictSchema,
  type WorkflowInput,
} from "../objects/messages.ts";
import type { ServiceNames } from "../objects/service-names.ts";

/** What is not waited for longer. */
const REQUEST_MS_MAX = 10_000;

const recordedSchema = z.object({ record: z.unknown(), earlier: z.array(z.unknown()) }).nullable();

export type RecordedSaga = Readonly<NonNullable<z.output<typeof recordedSchema>>>;

/** The events that a workflow ended with; null where there are too many to be told with its end. */
const endSchema = z.array(z.unknown()).nullable();

interface HandlerOf {
  readonly service: string;
  readonly key: string;
  readonly handler: string;
}

/** What is asked of Restate over its ingress. Whatever goes wrong there is a JournalError: nothing of it is the caller's fault. */
export class RestateIngress {
  readonly #ingress: Ingress;
  readonly #names: ServiceNames;
  #failure: string | undefined;

  constructor(url: string, names: ServiceNames) {
    // Everything that is asked may be asked twice: a workflow is submitted once, an operation carries its id, the rest only looks.
    this.#ingress = connect({ url, retry: { maxAttempts: 4, initialInterval: 50, maxInterval: 1_000, maxDuration: 4_000 } });
    this.#names = names;
  }

  /** Why the last request could not be served; undefined when it was. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Starts a saga, where it is not started yet. Resolves when that is durable. */
  async submit(service: string, sagaId: string, input: WorkflowInput): Promise<void> {
    await this.#inTime((signal) =>
      this.#workflow(service, sagaId).workflowSubmit(input, rpc.sendOpts<WorkflowInput>({ signal })),
    );
  }

  /** Starts a saga and waits for its end; gives its events where they are few. */
  async run(service: string, sagaId: string, input: WorkflowInput, signal: AbortSignal): Promise<readonly unknown[] | null> {
    const opts = rpc.opts<unknown, unknown>({ input: json, output: json, signal });
    const call = { service, handler: "run", key: sagaId, parameter: input, opts };
    return endSchema.parse(await this.#guard(() => this.#ingress.call<unknown, unknown>(call)));
  }

  /** Waits for the end of a saga that was started. */
  async attach(service: string, sagaId: string, signal: AbortSignal): Promise<readonly unknown[] | null> {
    const opts = rpc.opts<void, unknown>({ signal });
    return endSchema.parse(await this.#guard(() => this.#workflow(service, sagaId).workflowAttach(opts)));
  }

  /** Starts a saga under an Idempotency-Key, unless one was; gives the one there is. Without an input it starts none. */
  async startUnderKey(key: string, start: StartUnderKey, input: WorkflowInput | undefined): Promise<StartUnderKey | undefined> {
    const started = await this.#call(
      { service: this.#names.starts, key, handler: "start" },
      { start, ...(input && { input }) },
      start.id,
    );
    return startSchema.nullable().parse(started) ?? undefined;
  }

  async look(service: string, sagaId: string): Promise<RecordedSaga | undefined> {
    return recordedSchema.parse(await this.#call({ service, key: sagaId, handler: "look" }, null)) ?? undefined;
  }

  async operate(service: string, sagaId: string, request: Request, requestId: string): Promise<Verdict> {
    return verdictSchema.parse(await this.#call({ service, key: sagaId, handler: "operate" }, request, requestId));
  }

  async pauses(): Promise<readonly Pause[]> {
    return readPauses(await this.#call(this.#pausesHandler("look"), null));
  }

  async beginPause(pause: Pause, requestId: string): Promise<void> {
    await this.#call(this.#pausesHandler("begin"), pause, requestId);
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

  /** @param idempotencyKey the same however often this is asked; absent where it only looks. */
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

  /** What must be answered soon: that it is not is Restate's failure. */
  async #inTime<Result>(ask: (signal: AbortSignal) => PromiseLike<Result>): Promise<Result> {
    // Not AbortSignal.timeout: its timer, and with it the request, would be kept until the time is over.
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), REQUEST_MS_MAX);
    try {
      return await this.#guard(() => ask(abort.signal));
    } catch (cause) {
      if (!isTimeout(cause)) throw cause;
      this.#failure = `Restate did not answer within ${REQUEST_MS_MAX} ms.`;
      throw new JournalError(this.#failure, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  async #guard<Result>(ask: () => PromiseLike<Result>): Promise<Result> {
    try {
      const result = await ask();
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

/** Whether somebody only stopped waiting. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
}

function describe(error: unknown): string {
  if (error instanceof HttpCallError) return `${error.status} ${error.responseText}`;
  return error instanceof Error ? error.message : String(error);
}
