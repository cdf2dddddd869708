import fc from "fast-check";

/** How deep the body nests that no reader should follow by recursion. */
const DEEP = 20_000;
const LONG = 70_000;

/** Any text, halves of surrogate pairs among it. */
const anyText = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 20 }).map((codes) => String.fromCodePoint(...codes));

/** JSON that is no value of any sane member: other types, numbers that a double cannot hold, names of prototypes, deep and long ones, odd Unicode. */
const hostileJson: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      ...["null", "true", "[]", "{}", '""', '"2"', "[[]]", "[null]", "{}{}"],
      ...["-0", "0", "-1", "1.5", "1e0", "2147483648", "9007199254740993", "1.00000000000000001", "1e400", "-1e400", "1e-400"],
      ...["NaN", "Infinity", "-Infinity", "undefined", "0x10", "01", "1_000", ".5", "'a'", "/* */ 1"],
      ...['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}', '{"toString":1,"valueOf":1}'],
      ...['"__proto__"', '"constructor"', '"../../etc/passwd"', '"%00"', '"\u202e\u2066"', '"; DROP TABLE record;--"'],
      ...[
        '"\\ud800"',
        '"\\udfff\\ud800"',
        '"\\u0000"',
        '"\\u0000a"',
        '"\u0001"',
        '"\u2028"',
        '"\ufeff"',
        '"\ufdd0"',
        '"e\u0301"',
      ],
      ...['"\\x41"', '"a\nb"', '"unfinished', "{", "[", '{"a":}', '{"a" 1}', "[1,]", '{"a":1,}', '{"a":1,"a":2}', "\u0000"],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(nested("[", "]", 101), nested('{"a":', "}", 101), nested("[", "]", DEEP)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(`"${"x".repeat(3_000)}"`, `"${"x".repeat(LONG)}"`, "9".repeat(5_000), `[${"1,".repeat(9_000)}1]`),
  },
  { weight: 3, arbitrary: fc.json() },
  { weight: 2, arbitrary: anyText.map((text) => JSON.stringify(text)) },
);

function nested(open: string, close: string, depth: number): string {
  return `${open.repeat(depth)}${open === "[" ? "" : "1"}${close.repeat(depth)}`;
}

/** Text for a segment of a path or a value of the query, before it is escaped. */
const hostileWord: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      " ",
      ".",
      "..",
      "../..",
      "%",
      "*",
      "/",
      "//",
      "\\",
      "?",
      "#",
      ";",
      "&",
      "=",
      "+",
      "null",
      "undefined",
      "NaN",
      "-0",
      "-1",
    ],
    ...["1e400", "99999999999999999999", "true", "__proto__", "constructor", "hasOwnProperty", "toString", "'", '"', "<script>"],
    ...[
      "' OR 1=1 --",
      "%00",
      "\u0000",
      "\u202e",
      "\ufeff",
      "e\u0301",
      "💥",
      "a,b",
      "[]",
      "{}",
      "*/*",
      "\r\nx: y",
      "2026-02-30T00:00:00Z",
    ],
    ...["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-11-23T12:00:00+99:99", "+275760-09-13T00:00:00.001Z"],
    ...["x".repeat(201), "x".repeat(5_000)],
  ),
  anyText,
  fc.uuid(),
);

/** Escapes that are no UTF-8, or that a proxy may read otherwise. */
const hostileEscape: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    "%FF",
    "%C0%AF",
    "%ED%A0%80",
    "%",
    "%2",
    "%zz",
    "%2e%2e",
    "%2f",
    "%5c",
    "%00",
    "%0d%0a",
    "%u0041",
    "%E2%80%AE",
    "..%2f..",
    "%252e",
  ],
);

/** What a header may carry: visible characters, blanks, and bytes beyond ASCII. */
const hostileHeader: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      " ",
      ",",
      ";",
      '"',
      '""',
      '"a',
      "a, b",
      "*",
      'W/"x"',
      "null",
      "-1",
      "1e400",
      "NaN",
      "99999999999999999999",
      "__proto__",
    ],
    ...["\u00ff\u00fe", "\t", "x".repeat(300), "x".repeat(4_000), "wait=1e9", "wait=-1", "respond-async, wait=0", "wait=0;x=y"],
  ),
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code === 0x7f ? 0x20 : code)),
    maxLength: 40,
  }),
);

export { hostileEscape, hostileHeader, hostileJson, hostileWord };
