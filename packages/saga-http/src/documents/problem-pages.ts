import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import { ProblemError } from "../problems/problem.ts";
import { type ProblemType, problemTypes } from "../problems/problem-types.ts";

const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

type Markup = ReturnType<typeof html>;

/** `GET /problems` and `/problems/{type}`: the meaning of each problem, and advice for clients. */
export function mountProblemPages(app: OpenAPIHono, title: string): void {
  const page = (name: string, main: Markup) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${name}: ${title}</title>
    <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; } dt { font-weight: 600; }</style>
  </head>
  <body>${main}</body>
</html>
`;
  const headers = { "content-security-policy": CONTENT_SECURITY_POLICY };
  app.get("/problems", (context) => context.html(page("Problems", index()), 200, headers));
  app.get("/problems/:type", (context) => {
    const type = context.req.param("type");
    if (isProblemType(type)) return context.html(page(type, description(type)), 200, headers);
    throw new ProblemError("not-found", { detail: `There is no problem "${type}".` });
  });
}

function index(): Markup {
  const types = Object.keys(problemTypes).filter(isProblemType);
  const items = types.map(
    (type) =>
      html`<dt><a href="problems/${type}">${type}</a></dt><dd>${problemTypes[type].status}: ${problemTypes[type].title}</dd>`,
  );
  return html`<h1>Problems</h1><p>Every error of this API is one of these (RFC 9457); programs switch on its <code>type</code>.</p><dl>${items}</dl>`;
}

function description(type: ProblemType): Markup {
  const { status, title, meaning, advice } = problemTypes[type];
  return html`<h1>${type}</h1><p>${status}: ${title}</p><h2>What it means</h2><p>${meaning}</p><h2>What to do</h2><p>${advice}</p><p><a href="../problems">All problems</a></p>`;
}

function isProblemType(name: string): name is ProblemType {
  return Object.hasOwn(problemTypes, name);
}
