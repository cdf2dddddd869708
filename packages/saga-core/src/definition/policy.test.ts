import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, defaultPolicy } from "./policy.ts";

const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempts = fc.integer({ min: 1, max: 5_000 });

describe("the backoff", () => {
  it("stays between zero and a ceiling that doubles up to the policy's maximum", () => {
    fc.assert(
      fc.property(attempts, randoms, (attempt, random) => {
        const ceiling = Math.min(defaultPolicy.backoffMsMax, defaultPolicy.backoffMsBase * 2 ** (attempt - 1));
        const wait = backoffMs(defaultPolicy, attempt, random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(ceiling);
      }),
    );
  });

  it("spreads over the whole range (full jitter)", () => {
    expect(backoffMs(defaultPolicy, 3, 0)).toBe(0);
    expect(backoffMs(defaultPolicy, 3, 0.5)).toBe(100);
    expect(backoffMs(defaultPolicy, 3, 0.999_999)).toBe(200);
    expect(backoffMs(defaultPolicy, 100, 0.999_999)).toBe(2_000);
  });

  it("is never shorter than Retry-After, up to the longest one that is honoured", () => {
    fc.assert(
      fc.property(attempts, randoms, fc.integer({ min: 0, max: 10_000_000 }), (attempt, random, retryAfterMs) => {
        const honoured = Math.min(retryAfterMs, defaultPolicy.retryAfterMsMax);
        expect(backoffMs(defaultPolicy, attempt, random, retryAfterMs)).toBeGreaterThanOrEqual(honoured);
        expect(backoffMs(defaultPolicy, attempt, random, retryAfterMs)).toBeLessThanOrEqual(
          honoured + defaultPolicy.backoffMsMax,
        );
      }),
    );
  });
});
