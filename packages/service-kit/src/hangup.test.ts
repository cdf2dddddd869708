import { describe, expect, it } from "vitest";
import { listensForHangup } from "./hangup.ts";

const denied = () => {
  throw new Error("Requires all access");
};

describe("a process", () => {
  it.for([
    { ignored: "0000000000001000", listens: true },
    { ignored: "0000000000001001", listens: false },
    { ignored: "0000000000000003", listens: false },
  ])("listens for a hangup unless its starter ignored it: %o", ({ ignored, listens }) => {
    const readStatus = () => `Name:\tdeno\nSigBlk:\t0000000000000000\nSigIgn:\t${ignored}\nSigCgt:\t0000000000000001\n`;
    expect(listensForHangup({ readStatus, hasTerminal: () => !listens })).toBe(listens);
  });

  it("listens for a hangup only if it has a terminal, where it cannot know whether its starter ignored it", () => {
    expect(listensForHangup({ readStatus: denied, hasTerminal: () => true })).toBe(true);
    expect(listensForHangup({ readStatus: denied, hasTerminal: () => false })).toBe(false);
    expect(listensForHangup({ readStatus: () => "no such line", hasTerminal: () => false })).toBe(false);
  });
});
