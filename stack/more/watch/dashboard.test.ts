import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { ServiceProcess } from "../../src/service-process.ts";
import { call, paymentState } from "../../src/wire.ts";
import { areInstalled } from "../are-installed.ts";
import { Prometheus } from "./prometheus.ts";
import { readExpressions, readRules } from "./watch-files.ts";

const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
/** What no traffic of this test makes, so that there is nothing to show. */
const mayBeEmpty = "saga_late_signals_total";

describe.runIf(areInstalled(["prometheus", "promtool"], "The dashboard"))(
  "what a real Prometheus scrapes from a real orchestrator",
  () => {
    let directory: string;
    let prometheus: Prometheus;
    const services: ServiceProcess[] = [];

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "stack-watch-"));
      const start = async (options: Parameters<typeof ServiceProcess.start>[0]) => {
        const service = await ServiceProcess.start(options);
        services.push(service);
        return service;
      };
      // Payments keeps no keys: an answer of it that is lost needs a human.
      const storeManager = await start({ name: "mock-store-manager", variables: { PORT: "0" } });
      const payments = await start({ name: "mock-payments", variables: { PORT: "0", KEYED: "false" } });
      const orchestrator = await start({
        name: "orchestrator",
        variables: {
          PORT: "0",
          JOURNAL_PATH: join(directory, "journal.sqlite"),
          STORE_MANAGER_URL: storeManager.url,
          STORE_MANAGER_KEYED: "true",
          PAYMENTS_URL: payments.url,
        },
      });
      prometheus = await Prometheus.start(new URL(orchestrator.url).host);
      await until(async () => expect(await prometheus.isReady()).toBe(true));
      // The rates need samples before and after what happens.
      await until(async () => expect(await prometheus.seriesOf("count_over_time(saga_build_info[1m]) > 1")).toBe(1));
      // A start that is refused comes last in the traffic: where it was scraped, the rest was too.
      await makeTraffic(orchestrator.url, payments.url, true);
      await until(async () => expect(await prometheus.seriesOf("sum(saga_refused_total) > 0")).toBe(1));
      await makeTraffic(orchestrator.url, payments.url, false);
      await until(async () => expect(await prometheus.seriesOf("sum(saga_refused_total) > 1")).toBe(1));
    }, 120_000);

    afterAll(async () => {
      await prometheus.stop();
      for (const service of services.reverse()) await service.stop();
      rmSync(directory, { recursive: true });
    });

    it.for(readExpressions())("has what the panel “$title” shows: $expr", async ({ expr }) => {
      const asked = expr.replaceAll("$definition", ".*").replaceAll("$__rate_interval", "1m");
      const series = await prometheus.seriesOf(asked);
      expect(series).toBeTypeOf("number");
      if (!expr.includes(mayBeEmpty)) expect(series).toBeGreaterThan(0);
    });

    it("lets each rule be evaluated, and calls somebody to the saga that needs a human", async () => {
      const evaluated = await prometheus.rules();
      expect(evaluated).toHaveLength(readRules().length);
      expect(evaluated.filter(({ health }) => health !== "ok")).toEqual([]);
      await until(async () => expect(await prometheus.seriesOf('ALERTS{alertname="SagaNeedsHuman"}')).toBe(1));
    });
  },
);

/** Waits for what a scrape shows. */
function until(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 30_000, interval: 200 });
}

/** An order that is completed, one that is undone, one that needs a human and may be repaired, and a start that is refused. */
async function makeTraffic(url: string, paymentsUrl: string, repairs: boolean): Promise<void> {
  const start = (user = 1) =>
    call(`${url}/saga/order`, z.looseObject({ saga_id: z.string().optional() }), { ...order, user_id: user });
  expect((await start()).status).toBe(200);
  await call(`${paymentsUrl}/control/refused-users`, z.unknown(), { users: [2] });
  expect((await start(2)).status).toBe(409);
  await call(`${paymentsUrl}/control/faults`, z.unknown(), { route: "POST /payments", fault: "drop_after", times: 1 });
  const { body } = await start(3);
  const made = await call(`${paymentsUrl}/control/state`, paymentState);
  const result = { payment_id: made.body.payments.find(({ user_id: user }) => user === 3)?.payment_id };
  const repair = { step: "create-payment", applied: true, result, by: "ada", note: "Payments has it." };
  if (repairs) expect((await call(`${url}/sagas/${body.saga_id}/resolve`, z.unknown(), repair)).status).toBe(200);
  const pause = { by: "ada", note: "To see a start refused." };
  await call(`${url}/definitions/order/pause`, z.unknown(), pause);
  expect((await start()).status).toBe(503);
  await call(`${url}/definitions/order/resume`, z.unknown(), pause);
}
