import { describe, expect, it } from "vitest";
import { setUp } from "../testing/seat-app.ts";
import type { RequestedRoute } from "./tell-route.ts";

describe("the route of a request", () => {
  it("is told as the OpenAPI document writes it, and for a path without a route nothing is told", async () => {
    const told: RequestedRoute[] = [];
    const { request } = setUp({ web: { onRoute: (route) => told.push(route) } });
    for (const path of ["/sagas/x?match=ada", "/sagas/x/events", "/sagas", "/health/ready", "/nowhere"]) await request(path);
    // Every reply is compared with the document, which is requested for that.
    const routes = told.map(({ method, path }) => `${method} ${path}`).filter((route) => route !== "GET /openapi.json");
    expect(routes).toEqual(["GET /sagas/{saga_id}", "GET /sagas/{saga_id}/events", "GET /sagas", "GET /health/ready"]);
  });
});
