import process from "node:process";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

// node serve-worker.js FILE BINDINGS: bundles a worker as wrangler does, and serves it in workerd until SIGTERM, which miniflare handles.
const [, , entry, bindings] = process.argv;
const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  write: false,
  format: "esm",
  target: "es2024",
  conditions: ["workerd", "worker", "browser"],
  // workerd brings the modules of Node. undici is for kept connections, which it has not.
  external: ["node:*", "undici"],
});
const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: 0,
  compatibilityDate: "2026-07-01",
  compatibilityFlags: ["nodejs_compat"],
  bindings: JSON.parse(bindings),
  modules: [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0].text }],
});
const url = await miniflare.ready;
process.stdout.write(`${url.origin}\n`);
