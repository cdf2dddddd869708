import { describe, expect, it } from "vitest";
import { connectionsMax } from "./connections-max.ts";
import { EnvironmentError } from "./environment.ts";

/** A process that can open so many more files. */
const withFree = (free: number) => ({ countFree: (max: number) => Math.min(max, free) });

describe("how many connections fit", () => {
  it("takes 4,096 where the limit of open files allows it", () => {
    expect(connectionsMax(withFree(1_000_000))).toBe(4_096);
  });

  it("keeps descriptors free for a burst, for files and for what else the process connects to", () => {
    expect(connectionsMax(withFree(1_000))).toBe(1_000 - 224);
    expect(connectionsMax({ ...withFree(1_000), others: 128 })).toBe(1_000 - 224 - 128);
    expect(connectionsMax({ ...withFree(1_000), others: 128, perConnection: 2 })).toBe((1_000 - 224 - 128) / 2);
  });

  it("takes a configured number that fits", () => {
    expect(connectionsMax({ ...withFree(1_000), configured: 776 })).toBe(776);
    expect(connectionsMax({ ...withFree(100_000), configured: 20_000 })).toBe(20_000);
  });

  it("refuses a number that does not fit, and names the variable, the value, what fits and an example", () => {
    const refused = () => connectionsMax({ ...withFree(1_000), configured: 777 });
    expect(refused).toThrow(EnvironmentError);
    expect(refused).toThrow(
      /CONNECTIONS_MAX="777": must be at most 776, because .* 1000 more files.* Example: CONNECTIONS_MAX=776$/,
    );
  });

  it("refuses a limit of open files that leaves no connection, and says how to raise it", () => {
    expect(() => connectionsMax(withFree(224))).toThrow(/can open 224 more files.*ulimit -n 4096/);
  });
});
