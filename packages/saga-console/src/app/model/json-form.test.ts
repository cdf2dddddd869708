import { describe, expect, it } from "vitest";
import { fieldsOf, objectBySchema, objectFrom, readObject, WHOLE } from "./json-form.ts";

const schema = {
  type: "object",
  properties: {
    payment_id: { type: "integer", description: "as Payments shows it" },
    amount: { type: "number" },
    method: { enum: ["card", "cash"] },
    paid: { type: "boolean" },
    note: { type: "string" },
    more: { type: "array", items: {} },
  },
  required: ["payment_id"],
};
const fields = fieldsOf(schema) ?? [];

describe("a form made of a JSON Schema", () => {
  it("has a field for each member, of its kind", () => {
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ["payment_id", "integer", true],
      ["amount", "number", false],
      ["method", "choice", false],
      ["paid", "yes-no", false],
      ["note", "text", false],
      ["more", "json", false],
    ]);
    expect(fields[0]?.about).toBe("as Payments shows it");
    expect(fields[2]?.choices).toEqual(["card", "cash"]);
  });

  it("is none for a schema of no object", () => {
    expect([fieldsOf(undefined), fieldsOf({ type: "string" }), fieldsOf({ anyOf: [] })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("makes the object of what was written, without the fields that are empty", () => {
    const written = { payment_id: "7", amount: "1.5", method: "card", paid: "false", note: "12", more: "[1]" };
    expect(objectFrom(fields, written)).toEqual({
      value: { payment_id: 7, amount: 1.5, method: "card", paid: false, note: "12", more: [1] },
    });
    expect(objectFrom(fields, { payment_id: "7", note: " " })).toEqual({ value: { payment_id: 7 } });
  });

  it("names what is missing and what is wrong", () => {
    const written = { payment_id: "7.5", amount: "much", method: "gold", paid: "perhaps", more: "[" };
    expect(objectFrom(fields, written)).toEqual({ wrong: ["payment_id", "amount", "method", "paid", "more"] });
    expect(objectFrom(fields, {})).toEqual({ wrong: ["payment_id"] });
  });
});

it("a schema that has no fields has one for all of the JSON", () => {
  expect(objectBySchema(undefined, { [WHOLE]: '{"a": 1}' })).toEqual({ value: { a: 1 } });
  expect([objectBySchema(undefined, {}), objectBySchema(undefined, { [WHOLE]: "[1]" })]).toEqual([
    { value: {} },
    { wrong: [WHOLE] },
  ]);
  expect(objectBySchema(schema, { payment_id: "7" })).toEqual({ value: { payment_id: 7 } });
});

it("a text is an object only if it is one in JSON", () => {
  expect([readObject(' {"a": 1} '), readObject("[1]"), readObject("null"), readObject("{")]).toEqual([
    { a: 1 },
    undefined,
    undefined,
    undefined,
  ]);
});
