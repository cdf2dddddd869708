import { describe, expect, it } from "vitest";
import { EnvironmentError } from "./environment.ts";
import { denoArguments } from "./permissions.ts";

const nothing = { net: [], read: [], write: [], env: [], sys: [] };

describe("the arguments that confine a process", () => {
  it("grant nothing where nothing is listed, and let it ask nobody and fetch no code", () => {
    expect(denoArguments(nothing, "/app/main.ts")).toEqual([
      "run",
      "--no-prompt",
      "--cached-only",
      "--no-remote",
      "/app/main.ts",
    ]);
  });

  it("list each entry once", () => {
    const net = ["127.0.0.1:5123", "shop:80", "127.0.0.1:5123"];
    const listed = denoArguments({ ...nothing, net, read: ["/a b"], sys: ["hostname"] }, "/app/main.ts");
    expect(listed.slice(4)).toEqual([
      "--allow-net=127.0.0.1:5123,shop:80",
      "--allow-read=/a b",
      "--allow-sys=hostname",
      "/app/main.ts",
    ]);
  });

  it.for([
    ["a list of hosts", { net: ["shop,other:80"] }],
    ["all hosts of a domain", { net: ["*.example.com:443"] }],
    ["two paths in one", { read: ["/data,/etc"] }],
    ["a path of two lines", { write: ["/data\n/etc"] }],
  ] as const)("refuse %s, and name it", ([, more]) => {
    const [entry = ""] = Object.values(more).flat();
    const refused = () => denoArguments({ ...nothing, ...more }, "/app/main.ts");
    expect(refused).toThrow(EnvironmentError);
    expect(refused).toThrow(JSON.stringify(entry));
  });
});
