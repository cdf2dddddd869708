import process from "node:process";
import { listen, runProcess } from "service-kit";

/** Takes what is exported over OTLP and keeps nothing, because it is not measured. */
await runProcess(async () => {
  const fetch = async (request: Request) => {
    await request.arrayBuffer();
    return new Response(null, { headers: { "content-type": "application/x-protobuf" } });
  };
  const { url, close } = await listen({ fetch, host: "127.0.0.1", port: 0 });
  process.stdout.write(`receiver listening on ${url}\n`);
  return { stop: close };
});
