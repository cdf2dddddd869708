import { configure, dispose, type LogRecord } from "@logtape/logtape";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RefusalLog } from "./refusal-log.ts";

const refused = { problem: "not-permitted", method: "POST", path: "/sagas/7/cancel", subject: "ada", detail: "why" } as const;
const lines: string[] = [];
let now: number;
let log: RefusalLog;

beforeEach(async () => {
  lines.length = 0;
  now = 1_000_000;
  log = new RefusalLog({ now: () => now });
  const sink = ({ level, message }: LogRecord) => void lines.push(`${level}: ${message.map(String).join("")}`);
  const loggers = [
    { category: "orchestrator", sinks: ["sink" as const] },
    { category: ["logtape", "meta"], sinks: [] },
  ];
  await configure({ sinks: { sink }, loggers, reset: true });
});

afterEach(dispose);

describe("the log of refusals", () => {
  it("has a line for each of a few, with who, what, the saga and the reason", () => {
    log.log(refused);
    log.log({ problem: "unauthenticated", method: "GET", path: "/sagas", detail: "none" });
    expect(lines).toEqual([
      "warning: POST /sagas/7/cancel of ada was refused (not-permitted): why",
      "warning: GET /sagas of somebody was refused (unauthenticated): none",
    ]);
  });

  it("counts the others of the same subject and kind, and says how many there were", () => {
    for (let time = 0; time < 1_000; time += 1) log.log({ ...refused, path: `/sagas/${time}/cancel` });
    log.log({ ...refused, subject: "grace" });
    expect(lines).toHaveLength(11);
    now += 60_000;
    log.log(refused);
    expect(lines.slice(11)).toEqual([
      "warning: 990 more requests of ada were refused within a minute (not-permitted)",
      "warning: POST /sagas/7/cancel of ada was refused (not-permitted): why",
    ]);
  });

  it("says at the end how many it counted, and does not wait for the old time after the clock was put back", async () => {
    for (let time = 0; time < 12; time += 1) log.log(refused);
    now -= 3_600_000;
    log.log(refused);
    expect(lines.slice(10)).toEqual([
      "warning: 2 more requests of ada were refused within a minute (not-permitted)",
      "warning: POST /sagas/7/cancel of ada was refused (not-permitted): why",
    ]);
    for (let time = 0; time < 10; time += 1) log.log(refused);
    await log.close();
    await log.close();
    expect(lines.slice(21)).toEqual(["warning: 1 more requests of ada were refused within a minute (not-permitted)"]);
  });

  it("shows no more of a path than its beginning", () => {
    log.log({ ...refused, path: `/${"x".repeat(20_000)}` });
    expect(lines.join().length).toBeLessThan(300);
  });
});
