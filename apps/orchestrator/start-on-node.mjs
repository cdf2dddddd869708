/** Starts the orchestrator on Node. This file is JavaScript, so that a Node that cannot run the rest says so. */
import http from "node:http";
import process from "node:process";

const MAJOR_MIN = 24;

if (Number.parseInt(process.versions.node, 10) < MAJOR_MIN) {
  process.stderr.write(
    `The orchestrator runs on Node ${MAJOR_MIN} or newer, and this is ${process.version}: install one, or use Deno, which \`start\` brings.\n`,
  );
  process.exit(1);
}
const { env } = process;
if (env.PROXY_FROM_ENVIRONMENT === "true") useProxies(env);
await import("./src/main.ts");

/** Deno's fetch takes its proxies from the environment, and Node's only if it is told so. It knows no ALL_PROXY. */
function useProxies(environment) {
  const all = environment.all_proxy || environment.ALL_PROXY;
  const proxies = {
    http_proxy: environment.http_proxy || environment.HTTP_PROXY || all,
    https_proxy: environment.https_proxy || environment.HTTPS_PROXY || all,
    no_proxy: environment.no_proxy || environment.NO_PROXY,
  };
  if (http.setGlobalProxyFromEnv === undefined) {
    process.stderr.write(`PROXY_FROM_ENVIRONMENT="true": ${process.version} cannot use them, a newer Node 24 can.\n`);
    process.exit(1);
  }
  http.setGlobalProxyFromEnv(Object.fromEntries(Object.entries(proxies).filter(([, url]) => url)));
}
