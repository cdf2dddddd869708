import { describe, expect, it } from "vitest";
import { ServiceError } from "./service-process.ts";
import { startAgain } from "./start-again.ts";

function failing(times: number, error: Error) {
  let tries = 0;
  const start = async () => {
    tries += 1;
    if (tries <= times) throw error;
    return tries;
  };
  return { start, tries: () => tries };
}

describe("a start on a port that was lent to somebody", () => {
  it("is tried until the port is free", async () => {
    expect(await startAgain(failing(3, new ServiceError("busy")).start, 0)).toBe(4);
  });

  it("is given up after ten tries, with the last error", async () => {
    const { start, tries } = failing(100, new ServiceError("busy"));
    await expect(startAgain(start, 0)).rejects.toThrow("busy");
    expect(tries()).toBe(10);
  });

  it("is not tried again after an error of another kind", async () => {
    const { start, tries } = failing(1, new Error("a defect"));
    await expect(startAgain(start, 0)).rejects.toThrow("a defect");
    expect(tries()).toBe(1);
  });
});
