import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openTickets, type TicketApp } from "./tickets.ts";

let directory: string;
let tickets: TicketApp;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "tickets-"));
  tickets = await openTickets(join(directory, "journal.sqlite"), (error) => {
    throw error;
  });
});
afterAll(async () => {
  await tickets.stop();
  rmSync(directory, { recursive: true });
});

const started = z.object({ saga_id: z.string() });
const shown = z.object({ state: z.string(), status: z.string() });

async function post(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json", prefer: "respond-async" };
  return await tickets.fetch(new Request(`http://tickets${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

describe("a ticket of the bench", () => {
  it.for([
    ["its saga's id", "T-1", (id: string) => `/sagas/${id}/signals/wait-for-payment`],
    ["its correlation", "T-2", () => "/signals/ticket/wait-for-payment/T-2"],
  ] as const)("waits for its payment, and is completed by a signal by %s", async ([, ticket, pathOf]) => {
    const { saga_id } = started.parse(await (await post("/saga/ticket", { ticket })).json());
    const show = async () => shown.parse(await (await tickets.fetch(new Request(`http://tickets/sagas/${saga_id}`))).json());
    await expect.poll(show).toEqual({ state: "UNPAID", status: "running" });
    expect((await post(pathOf(saga_id), { payment_id: 7 })).status).toBe(202);
    await expect.poll(show).toEqual({ state: "COMPLETED", status: "completed" });
  });
});
