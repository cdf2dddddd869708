import { describe, expect, it } from "vitest";
import { z } from "zod";
import { EnvironmentError, readEnvironment } from "./environment.ts";
import { flag, host, httpUrl, integer, port, text } from "./variables.ts";

const schema = z.object({
  HOST: host(),
  PORT: port(5123),
  SHOP_URL: httpUrl("http://127.0.0.1:5000", { description: "Where the shop is.", example: "http://shop:5000" }),
  SHOP_KEYED: flag(false, { description: "Whether the shop is keyed.", example: "true" }),
  WAIT_MS_MAX: integer(100, { min: 1, max: 1_000 }, { description: "How long to wait.", example: "250" }),
  FILE: text("./file", { description: "Where the file is.", example: "/tmp/file" }),
});

describe("reading the environment", () => {
  it("gives every variable its default", () => {
    expect(readEnvironment(schema, {})).toEqual({
      HOST: "127.0.0.1",
      PORT: 5123,
      SHOP_URL: "http://127.0.0.1:5000",
      SHOP_KEYED: false,
      WAIT_MS_MAX: 100,
      FILE: "./file",
    });
  });

  it("gives a frozen object with parsed values", () => {
    const config = readEnvironment(schema, { PORT: "0", SHOP_KEYED: "true", SHOP_URL: "https://shop/api/" });
    expect(config).toMatchObject({ PORT: 0, SHOP_KEYED: true, SHOP_URL: "https://shop/api" });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.for<[string, string, string, string]>([
    ["PORT", "eighty", "must be a whole number from 0 to 65535", "5123"],
    ["PORT", "-1", "must be a whole number from 0 to 65535", "5123"],
    ["PORT", "65536", "must be a whole number from 0 to 65535", "5123"],
    ["PORT", "1e3", "must be a whole number from 0 to 65535", "5123"],
    ["WAIT_MS_MAX", "0", "must be a whole number from 1 to 1000", "250"],
    ["WAIT_MS_MAX", "2.5", "must be a whole number from 1 to 1000", "250"],
    ["SHOP_URL", "shop:5000", "must be an http or https URL", "http://shop:5000"],
    ["SHOP_URL", "ftp://shop", "must be an http or https URL", "http://shop:5000"],
    ["SHOP_URL", "http://shop/?x=1", "must have no query, fragment or credentials", "http://shop:5000"],
    ["SHOP_URL", "http://ada@shop", "must have no query, fragment or credentials", "http://shop:5000"],
    ["SHOP_KEYED", "yes", 'must be "true" or "false"', "true"],
    ["FILE", "", "must not be empty", "/tmp/file"],
  ])("refuses %s=%s, and names the variable, the value and an example", ([name, value, problem, example]) => {
    const read = () => readEnvironment(schema, { [name]: value });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(`${name}=${JSON.stringify(value)}: ${problem}. Example: ${name}=${example}`);
  });

  it("names every malformed variable at once", () => {
    expect(() => readEnvironment(schema, { PORT: "x", FILE: "" })).toThrow(/PORT=.*\n.*FILE=/);
  });
});
