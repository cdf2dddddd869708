import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findInexactNumbers, InexactNumber, isExactNumber, parseExactJson } from "./exact-json.ts";

describe("isExactNumber", () => {
  it.for(["0", "-0", "0.0", "0e999999", "1.0", "1e2", "1E+2", "1.50", "0.1", "-12.3400", "9007199254740992", "1e23", "5e-324"])(
    "accepts %s, which is written again as the same decimal number",
    (source) => {
      expect(isExactNumber(source)).toBe(true);
    },
  );

  it.for([
    "9007199254740991.4",
    "9007199254740993",
    "12345678901234567.89",
    "0.1000000000000000055511151231257827",
    "1e400",
    "-1e400",
    "1e-400",
    `1e${"9".repeat(400)}`,
    "123456789.123456789",
  ])("rejects %s, which would become another decimal number", (source) => {
    expect(isExactNumber(source)).toBe(false);
  });

  it("accepts every number that JavaScript prints", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => isExactNumber(String(value))));
  });
});

describe("parseExactJson", () => {
  it("gives the same value as JSON.parse if every number is exact", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = parseExactJson(text);
        if (findInexactNumbers(value, 1).length === 0) expect(value).toEqual(JSON.parse(text));
      }),
    );
  });

  it("marks exactly the numbers that would change, at any depth", () => {
    const value = parseExactJson('{"a":[{"b/c":9007199254740991.4,"text":"9007199254740993"}],"d":1.50,"e":[1e400]}');
    expect(findInexactNumbers(value, 10)).toEqual([
      { path: ["a", 0, "b/c"], source: "9007199254740991.4" },
      { path: ["e", 0], source: "1e400" },
    ]);
    expect(value).toMatchObject({ d: 1.5 });
  });

  it("marks a number that is the whole text", () => {
    expect(parseExactJson("9007199254740993")).toEqual(new InexactNumber("9007199254740993"));
  });

  it("marks the numbers that isExactNumber rejects, and no others", () => {
    const number = fc
      .tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat(30), fc.integer({ min: -30, max: 30 }))
      .map(([digits, fraction, exponent]) => {
        const text = `${digits}${fraction === 0 ? "" : `.${fraction}`}`;
        return exponent === 0 ? text : `${text}e${exponent}`;
      });
    fc.assert(
      fc.property(number, (source) => {
        expect(parseExactJson(`[${source}]`)).toEqual([isExactNumber(source) ? Number(source) : new InexactNumber(source)]);
      }),
    );
  });

  it("gives at most the requested number of findings", () => {
    expect(findInexactNumbers(parseExactJson(`[${Array(100).fill("1e400").join(",")}]`), 3)).toHaveLength(3);
  });

  it("reads 65,000 zeros within a number in one pass", () => {
    const zeros = "0".repeat(65_000);
    // A pass for each zero takes seconds: the number of passes shows in the time, and the test's own limit is the only clock here.
    for (let time = 0; time < 200; time += 1) expect(isExactNumber(`1${zeros}1`)).toBe(false);
    expect(isExactNumber(`1${zeros}e-65000`)).toBe(true);
  });

  it("throws a SyntaxError for a text that is not JSON", () => {
    expect(() => parseExactJson("{1e2")).toThrow(SyntaxError);
  });
});
