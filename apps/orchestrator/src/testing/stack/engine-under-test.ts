import process from "node:process";

/** The variable with the URLs of the ingress and the admin API of the Restate that the tests use. Unset: they use the embedded engine. */
export const RESTATE_UNDER_TEST = "RESTATE_UNDER_TEST";

let installations = 0;

/** The orchestrator's variables for the engine under test. On Restate each stack is a separate installation. */
export function engineUnderTest(): Readonly<Record<string, string>> {
  const [ingress, admin] = (process.env[RESTATE_UNDER_TEST] ?? "").split(" ");
  if (!ingress || !admin) return {};
  installations += 1;
  return {
    ENGINE: "restate",
    RESTATE_INGRESS_URL: ingress,
    RESTATE_ADMIN_URL: admin,
    RESTATE_ENDPOINT_PORT: "0",
    RESTATE_NAMESPACE: `test-${process.pid}-${installations}`,
    // Sagas that are cut off here continue in another process, so no test waits for them.
    SHUTDOWN_GRACE_MS: "100",
  };
}
