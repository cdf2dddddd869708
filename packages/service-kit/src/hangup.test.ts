import { describe, expect, it } from "vitest";
import { endsOnHangup } from "./hangup.ts";

const denied = () => {
  throw new Error("Requires all access");
};

describe("a process", () => {
  it.for([
    { ignored: "0000000000001000", ends: true },
    { ignored: "0000000000001001", ends: false },
    { ignored: "0000000000000003", ends: false },
  ])("ends on a hangup unless its starter ignored it: %o", ({ ignored, ends }) => {
    const readStatus = () => `Name:\tdeno\nSigBlk:\t0000000000000000\nSigIgn:\t${ignored}\nSigCgt:\t0000000000000001\n`;
    expect(endsOnHangup({ readStatus, hasTerminal: () => !ends })).toBe(ends);
  });

  it("ends on a hangup only if it has a terminal, where it cannot know whether its starter ignored it", () => {
    expect(endsOnHangup({ readStatus: denied, hasTerminal: () => true })).toBe(true);
    expect(endsOnHangup({ readStatus: denied, hasTerminal: () => false })).toBe(false);
    expect(endsOnHangup({ readStatus: () => "no such line", hasTerminal: () => false })).toBe(false);
  });
});
