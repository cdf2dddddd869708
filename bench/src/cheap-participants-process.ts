import process from "node:process";
import { flag, integer, readEnvironment, runProcess } from "service-kit";
import { z } from "zod";
import { cheapReply } from "./cheap-participants.ts";
import { serve } from "./deno-serve.ts";

const environment = z.object({
  PORT: integer(0, { min: 0, max: 65_535 }, { description: "Its port.", example: "0" }),
  CLOSES: flag(false, {
    description: "Whether it closes each connection after one reply, as the existing services do.",
    example: "true",
  }),
});

await runProcess(async () => {
  const { PORT, CLOSES } = readEnvironment(environment, process.env);
  const headers = { "content-type": "application/json", ...(CLOSES && { connection: "close" }) };
  const server = serve({ port: PORT }, async (request) => {
    const { status, body } = cheapReply(request.method, new URL(request.url).pathname, await request.text());
    return new Response(JSON.stringify(body), { status, headers });
  });
  process.stdout.write(`participants listening on ${server.url}\n`);
  return { stop: server.close };
});
