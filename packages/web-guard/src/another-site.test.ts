import { describe, expect, it } from "vitest";
import { isFromAnotherSite, originProblem } from "./another-site.ts";

const post = { method: "POST", host: "127.0.0.1:5123", origin: undefined, fetchSite: undefined };

describe("a request that changes something", () => {
  it("comes from no other site when it has neither header, as from curl", () => {
    expect(isFromAnotherSite(post)).toBe(false);
  });

  it.for<[string, string, boolean]>([
    ["127.0.0.1:5123", "http://127.0.0.1:5123", false],
    ["shop.example.com", "https://shop.example.com", false],
    ["Shop.example.com:443", "https://shop.example.com", false],
    ["[::1]:5123", "http://[::1]:5123", false],
    ["127.0.0.1:5123", "http://127.0.0.1:3000", true],
    ["127.0.0.1:5123", "http://localhost:5123", true],
    ["127.0.0.1:5123", "https://evil.example", true],
    ["127.0.0.1:5123", "null", true],
    ["127.0.0.1:5123", "", true],
    ["abc", "chrome-extension://abc", true],
  ])("to %s from the origin %j: from another site is %s", ([host, origin, expected]) => {
    for (const fetchSite of [undefined, "cross-site", "same-origin"])
      expect(isFromAnotherSite({ ...post, host, origin, fetchSite })).toBe(expected);
  });

  it("may come from a listed origin", () => {
    const source = { ...post, origin: "https://shop.example.com", fetchSite: "cross-site" };
    expect(isFromAnotherSite(source, ["https://shop.example.com"])).toBe(false);
    expect(isFromAnotherSite(source, ["https://shop.example.com:8443"])).toBe(true);
  });

  it.for<[string, boolean]>([
    ["cross-site", true],
    ["same-site", false],
    ["same-origin", false],
    ["none", false],
  ])("without an Origin is judged by Sec-Fetch-Site: %s", ([fetchSite, expected]) => {
    expect(isFromAnotherSite({ ...post, fetchSite })).toBe(expected);
  });

  it("is one whose method is not GET, HEAD or OPTIONS", () => {
    const isForeign = (method: string) => isFromAnotherSite({ ...post, method, origin: "https://evil.example" });
    expect(["GET", "HEAD", "OPTIONS"].map(isForeign)).toEqual([false, false, false]);
    expect(["POST", "PUT", "DELETE", "PATCH"].map(isForeign)).toEqual([true, true, true, true]);
  });
});

describe("an entry of a list of origins", () => {
  it("is written as browsers write an origin", () => {
    expect(["https://shop.example.com", "http://localhost:3000", "http://[::1]:3000"].map(originProblem)).toEqual(
      Array(3).fill(undefined),
    );
    for (const wrong of [
      "shop.example.com",
      "https://shop.example.com/",
      "https://shop.example.com:443",
      "*",
      "null",
      "ftp://a",
      "",
    ])
      expect([wrong, originProblem(wrong)]).toEqual([wrong, expect.stringContaining("must be an origin")]);
  });
});
