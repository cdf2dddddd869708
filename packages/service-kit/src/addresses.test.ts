import { describe, expect, it } from "vitest";
import { addressOf, ownAddresses } from "./addresses.ts";

describe("the address of a URL", () => {
  it.for<[string, string]>([
    ["http://shop", "shop:80"],
    ["https://shop.example.com/api", "shop.example.com:443"],
    ["https://shop:8443/", "shop:8443"],
    ["http://store_manager:5000", "store_manager:5000"],
    ["http://[0:0::1]:5000", "[::1]:5000"],
    ["http://127.1", "127.0.0.1:80"],
    ["https://bücher.example", "xn--bcher-kva.example:443"],
  ])("of %s is %s", ([url, address]) => {
    expect(addressOf(url)).toBe(address);
  });
});

describe("the addresses of a process that listens", () => {
  const lookUp = async (host: string) => {
    if (host !== "localhost") throw new Error(`ENOTFOUND ${host}`);
    return [{ address: "127.0.0.1" }, { address: "::1" }];
  };

  it.for<[string, number, readonly string[]]>([
    ["127.0.0.1", 5123, ["127.0.0.1:5123"]],
    ["0.0.0.0", 5123, ["0.0.0.0:5123", "127.0.0.1:5123"]],
    ["::", 5123, ["[::]:5123", "[::1]:5123"]],
    ["fe80::1%eth0", 5123, ["[fe80::1]:5123"]],
    ["localhost", 5123, ["localhost:5123", "127.0.0.1:5123", "[::1]:5123"]],
    ["nobody.invalid", 5123, ["nobody.invalid:5123"]],
    ["127.0.0.1", 0, ["127.0.0.1"]],
    ["::1", 0, ["[::1]"]],
  ])("on %s, port %i, are those it binds and those at which it asks itself", async ([host, port, addresses]) => {
    expect(await ownAddresses(host, port, lookUp)).toEqual(addresses);
  });
});
