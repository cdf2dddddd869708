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

const busy = new ServiceError(
  "mock-payments ended before it listened (exit 1):\nPort 5009 of 127.0.0.1 is in use. Stop what listens there.",
);
const options = { waitMs: 0 };

describe("a start on a port that was lent to somebody", () => {
  it("is tried until the port is free", async () => {
    expect(await startAgain(failing(3, busy).start, options)).toBe(4);
  });

  it("is given up after ten tries, with the last error", async () => {
    const { start, tries } = failing(100, busy);
    await expect(startAgain(start, options)).rejects.toThrow(busy);
    expect(tries()).toBe(10);
  });

  it("is tried again too where the orchestrator by hand says it", async () => {
    const ended = new ServiceError("The orchestrator by hand did not start: AddrInUse: Address already in use (os error 98)");
    expect(await startAgain(failing(1, ended).start, options)).toBe(2);
  });

  it.for([new Error("a defect"), new ServiceError('orchestrator ended before it listened (exit 1):\nCALL_TIMEOUT_MS="wrong"')])(
    "is not tried again after an error of another kind: $message",
    async (error) => {
      const { start, tries } = failing(1, error);
      await expect(startAgain(start, options)).rejects.toThrow(error);
      expect(tries()).toBe(1);
    },
  );

  it("is given up when all stop", async () => {
    const { start, tries } = failing(100, busy);
    await expect(startAgain(start, { ...options, isStopping: () => tries() === 2 })).rejects.toThrow(busy);
    expect(tries()).toBe(2);
  });
});
