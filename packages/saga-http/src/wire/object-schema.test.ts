import { z } from "@hono/zod-openapi";
import { expect, it } from "vitest";
import type { ObjectSchema } from "./object-schema.ts";

interface SeatView {
  readonly seat: number;
  readonly status: "free" | "taken";
  readonly by?: string | undefined;
}

const seat = z.int();
const status = z.enum(["free", "taken"]);
const by = z.string().optional();

it("is the schema of all members of its interface, and of no other texts; anything else does not compile", () => {
  const schema: ObjectSchema<SeatView> = z.object({ seat, status, by });
  // @ts-expect-error A member has no schema.
  const withoutOne: ObjectSchema<SeatView> = z.object({ seat, status });
  // @ts-expect-error A text is missing.
  const withFewerTexts: ObjectSchema<SeatView> = z.object({ seat, by, status: z.enum(["free"]) });
  // @ts-expect-error A text is one too many.
  const withMoreTexts: ObjectSchema<SeatView> = z.object({ seat, by, status: z.enum(["free", "taken", "lost"]) });
  // @ts-expect-error A member that is always there is optional.
  const withOptional: ObjectSchema<SeatView> = z.object({ seat: seat.optional(), status, by });
  const all = [schema, withoutOne, withFewerTexts, withMoreTexts, withOptional];
  expect(all.map((each) => each.safeParse({ seat: 3, status: "taken" }).success)).toEqual([true, true, false, true, true]);
});
