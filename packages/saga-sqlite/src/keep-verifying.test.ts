import { describe, expect, it } from "vitest";
import { keepVerifying } from "./keep-verifying.ts";

describe("the verification in the background", () => {
  it("makes step after step until its round ends, and goes on after an error in the next round", async () => {
    const steps = [() => true, () => true, () => false, () => expect.unreachable("the round has ended")];
    let made = 0;
    const verify = () => steps[made++]?.() ?? false;
    const stop = keepVerifying({ verify }, (error) => {
      throw error;
    });
    await expect.poll(() => made).toBe(3);
    stop();
    const errors: unknown[] = [];
    const failing = () => {
      throw new Error("disk");
    };
    const stopFailing = keepVerifying({ verify: failing }, (error) => errors.push(error));
    await expect.poll(() => errors).toEqual([new Error("disk")]);
    stopFailing();
  });
});
