import { z } from "@hono/zod-openapi";

const common = {
  times: z.int().min(1).optional().describe("How many requests it applies to; without it, all until DELETE /control/faults."),
  share: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("To how many of each hundred requests it applies, evenly spread. Default: 100."),
  user_id: z.int().min(1).optional().describe("Whose requests it applies to: those with this `user_id`. Default: everybody's."),
};

const error = z.string().min(1).optional().describe("The text of the answer's `error`; it may have several lines.");

const delayMs = z.int().min(0).max(3_600_000);

function oneOf(routes: readonly string[]) {
  return z.enum(routes, `must be one of: ${routes.join(", ")}`);
}

/** The body of `POST /control/faults`: a fault of one of the mock's routes, or of the signal that one of `signalling` sends. */
export function faultSchema(routes: readonly string[], signalling: readonly string[] = []) {
  return z.discriminatedUnion("fault", [
    ...routeFaults(oneOf(routes)),
    ...signalFaults(oneOf(signalling), signalling.length > 0),
  ]);
}

function routeFaults(route: ReturnType<typeof oneOf>) {
  return [
    z.object({
      route,
      ...common,
      fault: z.literal("status").describe("Answers with a status and has no effect."),
      status: z.int().min(200).max(599),
      retry_after_s: z.int().min(0).optional(),
      error,
    }),
    z.object({
      route,
      ...common,
      fault: z.literal("status_after").describe("Applies the effect, then answers with a status."),
      status: z.int().min(200).max(599),
      error,
    }),
    z.object({
      route,
      ...common,
      fault: z.literal("delay").describe("Waits, then works as usual, also after the caller has left."),
      delay_ms: delayMs,
    }),
    z.object({
      route,
      ...common,
      fault: z.literal("delay_after").describe("Applies the effect, then waits before it answers."),
      delay_ms: delayMs,
    }),
    z.object({ route, ...common, fault: z.literal("drop_before").describe("Cuts the connection without effect.") }),
    z.object({ route, ...common, fault: z.literal("drop_after").describe("Applies the effect, then cuts the connection.") }),
    z.object({ route, ...common, fault: z.literal("malformed").describe("Applies the effect, and answers half a JSON.") }),
  ] as const;
}

/** None where no route signals. */
function signalFaults(route: ReturnType<typeof oneOf>, isAny: boolean) {
  const faults = [
    z.object({ route, ...common, fault: z.literal("signal_never").describe("Works as usual, and never sends its signal.") }),
    z.object({ route, ...common, fault: z.literal("signal_twice").describe("Works as usual, and sends its signal twice.") }),
    z.object({
      route,
      ...common,
      fault: z.literal("signal_late").describe("Works as usual, and sends its signal after a time."),
      delay_ms: delayMs,
    }),
  ] as const;
  return isAny ? faults : [];
}

export type Fault = z.output<ReturnType<typeof faultSchema>>;

/** A fault that is set, and how many of the requests that it may apply to it has seen. */
export interface SetFault {
  readonly fault: Fault;
  readonly seen: number;
}

const userOf = z.looseObject({ user_id: z.int() });

/** The faults that are set. The faults of a route apply in the order in which they were set. */
export class Faults {
  readonly #onChange: (faults: readonly SetFault[]) => void;
  #faults: readonly SetFault[];

  /**
   * @param onChange called with what is set after each change, that of a count too. Default: nothing.
   * @param faults those that are set at the start. Default: none.
   */
  constructor(onChange: (faults: readonly SetFault[]) => void = () => undefined, faults: readonly SetFault[] = []) {
    this.#onChange = onChange;
    this.#faults = faults;
  }

  add(fault: Fault): void {
    this.#change([...this.#faults, { fault, seen: 0 }]);
  }

  get all(): readonly Fault[] {
    return this.#faults.map(({ fault }) => fault);
  }

  /** The fault of the next request to a route. It counts down a fault with `times`, and removes it at zero. */
  next(route: string, body: unknown = undefined): Fault | undefined {
    const user = userOf.safeParse(body).data?.user_id;
    const index = this.#faults.findIndex(({ fault }) => fault.route === route && isFor(fault, user));
    const found = this.#faults[index];
    if (!found) return undefined;
    const { fault, seen } = found;
    if (!isInShare(fault.share ?? 100, seen)) {
      this.#change(this.#faults.with(index, { fault, seen: seen + 1 }));
      return undefined;
    }
    const left = fault.times === undefined ? fault : { ...fault, times: fault.times - 1 };
    this.#change(left.times === 0 ? this.#faults.toSpliced(index, 1) : this.#faults.with(index, { fault: left, seen: seen + 1 }));
    return fault;
  }

  clear(): void {
    if (this.#faults.length > 0) this.#change([]);
  }

  #change(faults: readonly SetFault[]): void {
    this.#faults = faults;
    this.#onChange(faults);
  }
}

/** The faults of a file, where the mock still knows all of them. */
export function readFaults(kept: unknown, schema: ReturnType<typeof faultSchema>): readonly SetFault[] {
  const setFaults = z.array(z.object({ fault: schema, seen: z.int().min(0) }));
  return setFaults.safeParse(kept).data ?? [];
}

function isFor({ user_id: wanted }: Fault, user: number | undefined): boolean {
  return wanted === undefined || wanted === user;
}

/** Spreads the share evenly, and begins with a request that is hit: of 25 in 100 it is each fourth one. No chance decides, so a run can be repeated. */
export function isInShare(share: number, seen: number): boolean {
  return Math.ceil(((seen + 1) * share) / 100) > Math.ceil((seen * share) / 100);
}
