import process from "node:process";
import { makePayments } from "mock-payments";
import { makeStoreManager } from "mock-store-manager";
import { runProcess } from "service-kit";

/** Both participants in one process, because they are not measured. */
await runProcess(async () => {
  const at = { host: "127.0.0.1", port: 0 };
  const storeManager = await makeStoreManager({ keyed: true }).listen(at);
  const payments = await makePayments({ keyed: true }).listen(at);
  process.stdout.write(`mocks listening on ${storeManager.url} ${payments.url}\n`);
  return { stop: async () => void (await Promise.all([storeManager.close(), payments.close()])) };
});
