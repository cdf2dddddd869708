import { describe, expect, it } from "vitest";
import { shownValue } from "./shown-value.ts";

describe("showing a value that is refused", () => {
  it.for([
    ["http://ada:secret@shop:5000/x", '"http://***@shop:5000/x"'],
    ["http://secret@shop", '"http://***@shop"'],
    ["http://ada:se/cret@x@shop", '"http://***@shop"'],
    ["http://ada:sec\nret@shop", '"http://***@shop"'],
    ["ada:secret@shop:5000", '"***@shop:5000"'],
    ["http://shop/?token=secret", '"http://shop/?***"'],
    ["-----BEGIN PRIVATE KEY-----\nsecret", '"***"'],
  ] as const)("does not show the secret of %j", ([value, shown]) => {
    expect(shownValue(value)).toBe(shown);
  });

  it("escapes every control character, so that a terminal does not obey it", () => {
    expect(shownValue("a\u001b[2J\u007f\u009b2J\nb")).toBe(String.raw`"a\u001b[2J\u007f\u009b2J\nb"`);
  });

  it.for(["eighty", "a@b", "shop:5000", ""])("shows %j as it is", (value) => {
    expect(shownValue(value)).toBe(JSON.stringify(value));
  });
});
