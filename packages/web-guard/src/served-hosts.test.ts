import { describe, expect, it } from "vitest";
import { hostPatternProblem, servedHosts } from "./served-hosts.ts";

describe("the hosts that are served", () => {
  it.for([
    "127.0.0.1",
    "127.0.0.1:5123",
    "10.1.2.3:80",
    "[::1]:5123",
    "[2001:db8::7]",
    "localhost",
    "LOCALHOST:5123",
    "localhost.",
    "orchestrator:5123",
    "saga-orchestrator_1",
  ])("include %s without an entry, because no foreign domain can have that name", (host) => {
    expect(servedHosts([])(host)).toBe(true);
  });

  it.for(["evil.example", "evil.example:5123", "127.0.0.1.evil.example", "1.2.3", "256.0.0.1", "[evil]", "a b", "", "::1"])(
    "do not include %j without an entry",
    (host) => {
      expect(servedHosts([])(host)).toBe(false);
    },
  );

  it.for<[string, string, boolean]>([
    ["shop.example.com", "shop.example.com:443", true],
    ["Shop.Example.com", "SHOP.example.COM.", true],
    ["shop.example.com", "api.shop.example.com", false],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", "evilexample.com", false],
    ["*", "evil.example", true],
    ["*", "", true],
  ])("follow the entry %s for %j", ([entry, host, isServed]) => {
    expect(servedHosts(["other.example", entry])(host)).toBe(isServed);
  });

  it("are listed by names, suffixes and *, and nothing else", () => {
    expect(["shop.example.com", "orchestrator", "*.example.com", "*", "10.0.0.1"].map(hostPatternProblem)).toEqual(
      Array(5).fill(undefined),
    );
    for (const wrong of ["shop.example.com:443", "https://shop.example.com", "*shop", "a.*.b", "*.", "", "a..b", "a b"])
      expect([wrong, hostPatternProblem(wrong)]).toEqual([wrong, expect.stringContaining("must be a host name")]);
  });
});
