import { vi } from "vitest";

type Client = typeof import("saga-console/app/api/client.ts") & typeof import("saga-console/app/api/repair.ts");

/** The client of the page, as it is on a page that an orchestrator serves. */
export async function clientAt(url: string): Promise<Client> {
  openPageOf(url);
  return { ...(await import("saga-console/app/api/client.ts")), ...(await import("saga-console/app/api/repair.ts")) };
}

/** The streams of that page. */
export async function liveAt(url: string): Promise<typeof import("saga-console/app/api/live.ts")> {
  openPageOf(url);
  return await import("saga-console/app/api/live.ts");
}

/** The page says where the API is, and the client reads that once. */
function openPageOf(url: string): void {
  vi.resetModules();
  vi.stubGlobal("document", { querySelector: () => ({ content: url }) });
}
