import type { z } from "@hono/zod-openapi";

/** The schema of a value. Where it is one of some texts, the schema has exactly these: another list does not compile. */
type ValueSchema<Value> = [Value] extends [string] ? TextSchema<Value> : z.ZodType<Value>;

export type TextSchema<Text extends string> = z.ZodType<Text> &
  (string extends Text ? unknown : z.ZodEnum<{ readonly [Each in Text]: Each }> | z.ZodLiteral<Text>);

/** The schemas of an object's members: each member has one, and it is optional exactly where the member is. */
export type MemberSchemas<Members> = {
  readonly [Name in keyof Members]-?: undefined extends Members[Name]
    ? z.ZodOptional<ValueSchema<Exclude<Members[Name], undefined>>>
    : ValueSchema<Members[Name]>;
};

/**
 * The schema of an object, as other files see it: by the interface of what it gives. A member without a schema does not compile.
 *
 * @example export const pauseSchema: ObjectSchema<PauseView> = z.object({ since: z.iso.datetime(), automatic: z.boolean() });
 */
export type ObjectSchema<Members> = z.ZodObject<MemberSchemas<Members>>;
