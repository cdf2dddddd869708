import { describe, expect, it } from "vitest";
import { z } from "zod";
import { EnvironmentError, readEnvironment } from "./environment.ts";
import { shownValue } from "./shown-value.ts";
import {
  day,
  file,
  flag,
  host,
  httpUrl,
  integer,
  list,
  optionalInteger,
  optionalToken,
  pathPrefix,
  port,
  text,
} from "./variables.ts";

const schema = z.object({
  HOST: host(),
  PORT: port(5123),
  SHOP_URL: httpUrl("http://127.0.0.1:5000", { description: "Where the shop is.", example: "http://shop:5000" }),
  SHOP_KEYED: flag(false, { description: "Whether the shop is keyed.", example: "true" }),
  WAIT_MS_MAX: integer(100, { min: 1, max: 1_000 }, { description: "How long to wait.", example: "250" }),
  PAUSE_MS: optionalInteger({ min: 1, max: 9 }, { description: "How long to pause.", example: "5" }),
  COLOURS: list((entry) => (/^[a-z]+$/.test(entry) ? undefined : "must be a colour"), {
    description: "Colours.",
    example: "red,blue",
  }),
  HOLIDAY: day({ description: "A day without work.", example: "2026-12-25" }),
  PREFIX: pathPrefix({ description: "The path before all others.", example: "/shop" }),
  FILE: text("./file", { description: "Where the file is.", example: "/tmp/file" }),
});

describe("a secret", () => {
  const secrets = z.object({
    TOKEN: optionalToken({ description: "A token.", example: "s3cr3t" }),
    URL: httpUrl(undefined, { description: "A URL.", example: "http://shop" }, "TOKEN"),
  });

  it("is a token, and a value that is none is refused without being shown", () => {
    expect(readEnvironment(secrets, { TOKEN: "a.B-9_~+/==" })).toEqual({ TOKEN: "a.B-9_~+/==" });
    for (const TOKEN of ["", "Bearer canary", "canary\n", "canary canary", "canäry", "=canary"])
      expect(() => readEnvironment(secrets, { TOKEN })).toThrow(
        /TOKEN=\*\*\*: must be a token of letters, digits and - \. _ ~ \+ \/\. Example: TOKEN=s3cr3t$/,
      );
  });

  it.for(["http://ada:canary@shop", "http://canary@shop", "http://shop?key=canary"])(
    "in a URL is refused with the variable that it belongs in, and is not shown: %s",
    (url) => {
      const read = () => readEnvironment(secrets, { URL: url });
      expect(read).toThrow(
        "must have no query, fragment or credentials: a credential belongs in TOKEN. Example: URL=http://shop",
      );
      expect(read).not.toThrow("canary");
    },
  );
});

describe("reading the environment", () => {
  it("gives every variable its default", () => {
    expect(readEnvironment(schema, {})).toEqual({
      HOST: "127.0.0.1",
      PORT: 5123,
      SHOP_URL: "http://127.0.0.1:5000",
      SHOP_KEYED: false,
      WAIT_MS_MAX: 100,
      COLOURS: [],
      PREFIX: "",
      FILE: "./file",
    });
  });

  it("gives a frozen object with parsed values", () => {
    const config = readEnvironment(schema, {
      PORT: "0",
      SHOP_KEYED: "true",
      PAUSE_MS: "3",
      SHOP_URL: "https://shop/api/",
      HOLIDAY: "2028-02-29",
    });
    expect(config).toMatchObject({
      PORT: 0,
      SHOP_KEYED: true,
      PAUSE_MS: 3,
      SHOP_URL: "https://shop/api",
      HOLIDAY: Date.UTC(2028, 1, 29),
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("reads a list with commas between its entries, and a path with or without a slash at its end", () => {
    expect(readEnvironment(schema, { COLOURS: "red, blue", PREFIX: "/shop/sagas/" })).toMatchObject({
      COLOURS: ["red", "blue"],
      PREFIX: "/shop/sagas",
    });
    expect(readEnvironment(schema, { COLOURS: "", PREFIX: "/" })).toMatchObject({ COLOURS: [], PREFIX: "" });
  });

  it.for<[string, string, string, string]>([
    ["PORT", "eighty", "must be a whole number from 0 to 65535", "5123"],
    ["PORT", "-1", "must be a whole number from 0 to 65535", "5123"],
    ["PORT", "65536", "must be a whole number from 0 to 65535", "5123"],
    ["PORT", "1e3", "must be a whole number from 0 to 65535", "5123"],
    ["WAIT_MS_MAX", "0", "must be a whole number from 1 to 1000", "250"],
    ["WAIT_MS_MAX", "2.5", "must be a whole number from 1 to 1000", "250"],
    ["PAUSE_MS", "10", "must be a whole number from 1 to 9", "5"],
    ["SHOP_URL", "shop:5000", "must be an http or https URL", "http://shop:5000"],
    ["SHOP_URL", "ftp://shop", "must be an http or https URL", "http://shop:5000"],
    ["SHOP_URL", "http://shop/?x=1", "must have no query, fragment or credentials", "http://shop:5000"],
    ["SHOP_URL", "http://shop/?", "must have no query, fragment or credentials", "http://shop:5000"],
    ["SHOP_URL", "http://ada@shop", "must have no query, fragment or credentials", "http://shop:5000"],
    ["SHOP_URL", "", "must be an http or https URL", "http://shop:5000"],
    ["SHOP_URL", "http://", "must be an http or https URL", "http://shop:5000"],
    ["SHOP_URL", "http://shop,other/", "must name one host", "http://shop:5000"],
    ["SHOP_URL", "http://*.example.com", "must name one host", "http://shop:5000"],
    ["HOST", "127.0.0.1,0.0.0.0", "must be a host name or an address", "0.0.0.0"],
    ["SHOP_URL", "http:shop", "must be an http or https URL", "http://shop:5000"],
    ["SHOP_KEYED", "yes", 'must be "true" or "false"', "true"],
    ["FILE", "", "must not be empty", "/tmp/file"],
    ["COLOURS", "red,7", 'has the entry "7", which must be a colour', "red,blue"],
    ["COLOURS", "red,", 'has the entry "", which must be a colour', "red,blue"],
    ["HOLIDAY", "", "must be a date in UTC: year-month-day", "2026-12-25"],
    ["HOLIDAY", "25.12.2026", "must be a date in UTC: year-month-day", "2026-12-25"],
    ["HOLIDAY", "2026-12-25T00:00Z", "must be a date in UTC: year-month-day", "2026-12-25"],
    ["HOLIDAY", "2026-02-29", "must be a date in UTC: year-month-day", "2026-12-25"],
    ["HOLIDAY", "2026-13-01", "must be a date in UTC: year-month-day", "2026-12-25"],
    ["PREFIX", "shop", 'must be a path that begins with "/"', "/shop"],
    ["PREFIX", "//shop", 'must be a path that begins with "/"', "/shop"],
    ["PREFIX", "/shop?x", 'must be a path that begins with "/"', "/shop"],
  ])("refuses %s=%s, and names the variable, the value and an example", ([name, value, problem, example]) => {
    const read = () => readEnvironment(schema, { [name]: value });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(`${name}=${shownValue(value)}: ${problem}. Example: ${name}=${example}`);
  });

  const usable = {
    HOST: ["127.0.0.1", host()],
    PORT: ["5123", port(1)],
    WAIT_MS: ["250", integer(1, { min: 1, max: 1_000 }, { description: "A wait.", example: "250" })],
    DAY: ["2026-11-30", day({ description: "A day.", example: "2026-11-30" })],
    KEYED: ["true", flag(false, { description: "A flag.", example: "true" })],
    URL: ["http://shop:5000", httpUrl("http://shop", { description: "A URL.", example: "http://shop" })],
    OTHER_URL: ["http://shop:5000", httpUrl(undefined, { description: "A URL.", example: "http://shop" })],
    PATH: ["./my file", file("./file", { description: "A file.", example: "./file" })],
    TITLE: ["two words", text("title", { description: "A title.", example: "title" })],
  } as const;

  it.for(Object.entries(usable))(
    "refuses blanks and control characters in %s, and an empty value",
    ([name, [value, variable]]) => {
      const read = (text: string) => readEnvironment(z.object({ [name]: variable }), { [name]: text });
      expect(() => read(value)).not.toThrow();
      const cut = Math.ceil(value.length / 2);
      const split = ["\0", "\n", "\u007f"].map((character) => `${value.slice(0, cut)}${character}${value.slice(cut)}`);
      for (const awkward of ["", " ", "\t\n", ` ${value}`, `${value} `, `${value}\n`, ...split]) {
        expect(() => read(awkward), JSON.stringify(awkward)).toThrow(EnvironmentError);
        expect(() => read(awkward)).toThrow(`${name}=${shownValue(awkward)}: must`);
      }
    },
  );

  it("names every malformed variable at once", () => {
    expect(() => readEnvironment(schema, { PORT: "x", FILE: "" })).toThrow(/PORT=.*\n.*FILE=/);
  });
});
