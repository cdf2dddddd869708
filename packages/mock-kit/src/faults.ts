import { z } from "@hono/zod-openapi";

const common = {
  times: z.int().min(1).optional().describe("How many requests it applies to; without it, all until DELETE /control/faults."),
};

const error = z.string().min(1).optional().describe("The text of the answer's `error`; it may have several lines.");

/** The body of `POST /control/faults`: a fault of one of the mock's routes. */
export function faultSchema(routes: readonly string[]) {
  const route = z.enum(routes, `must be one of: ${routes.join(", ")}`);
  return z.discriminatedUnion("fault", [
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
      delay_ms: z.int().min(0).max(3_600_000),
    }),
    z.object({ route, ...common, fault: z.literal("drop_before").describe("Cuts the connection without effect.") }),
    z.object({ route, ...common, fault: z.literal("drop_after").describe("Applies the effect, then cuts the connection.") }),
    z.object({ route, ...common, fault: z.literal("malformed").describe("Applies the effect, and answers half a JSON.") }),
  ]);
}

export type Fault = z.output<ReturnType<typeof faultSchema>>;

/** The faults that are set. The faults of a route apply in the order in which they were set. */
export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  get all(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault of the next request to a route. It counts down a fault with `times`, and removes it at zero. */
  next(route: string): Fault | undefined {
    const index = this.#faults.findIndex((fault) => fault.route === route);
    const fault = this.#faults[index];
    if (fault?.times === undefined) return fault;
    this.#faults =
      fault.times > 1 ? this.#faults.with(index, { ...fault, times: fault.times - 1 }) : this.#faults.toSpliced(index, 1);
    return fault;
  }

  clear(): void {
    this.#faults = [];
  }
}
