import { describe, expect, it } from "vitest";
import { cutText } from "./cut-text.ts";
import { maskMembers, maskText } from "./mask.ts";

const token = "canary/+token=";

describe("a secret in a text", () => {
  it.for([
    [`before ${token}, after ${token}`, "before •••, after •••"],
    [`x${token}x`, "x•••x"],
    [`/pay?token=${encodeURIComponent(token)}`, "/pay?token=•••"],
    [`{"token":${JSON.stringify('say "canary"')}}`, '{"token":"•••"}'],
    ["the first line of a key", "••• of a key"],
    ["nothing of that", "nothing of that"],
  ])("is hidden: %s", ([text = "", masked]) => {
    expect(maskText(text, [token, 'say "canary"', "the first line\nthe second line"])).toBe(masked);
  });

  it("is hidden as a whole where another one is a part of it", () => {
    expect(maskText("card 49291234567", ["49291234", "49291234567"])).toBe("card •••");
  });

  it("is hidden where the text was cut inside it", () => {
    const cut = cutText(`${"x".repeat(980)} ${token}${token}`, 1_000);
    expect(cut).toContain("cana");
    expect(maskText(cut, [token])).not.toContain("cana");
  });

  it("is hidden only as a word of its own where it is short, and not at all where it is shorter than three characters", () => {
    expect(maskText("pin 123, order 41235, 123", ["123"])).toBe("pin •••, order 41235, •••");
    expect(maskText("user 7 of 17", ["7", "17"])).toBe("user 7 of 17");
    expect(maskText("a (.*) b", ["(.*)"])).toBe("a ••• b");
  });
});

describe("a secret in the members of an object", () => {
  it("is hidden in texts, and where it is a long number", () => {
    const value = { note: "by 49291234567", list: [{ number: 49_291_234_567 }, 3, null, true], short: 123 };
    expect(maskMembers(value, ["49291234567", "123"])).toEqual({
      note: "by •••",
      list: [{ number: "•••" }, 3, null, true],
      short: 123,
    });
  });

  it("is hidden with all that nests deeper than a hundred levels", () => {
    let deep: { readonly a: unknown } = { a: "canary-token" };
    for (let level = 0; level < 10_000; level += 1) deep = { a: deep };
    expect(
      JSON.stringify(maskMembers(JSON.parse(`${'{"a":'.repeat(3_000)}"canary-token"${"}".repeat(3_000)}`), ["other"])),
    ).not.toContain("canary");
    expect(deep).toHaveProperty("a");
  });
});
