import process from "node:process";

/** Names the Restate that the tests run on: its ingress and its admin API. Unset: they run on the embedded engine. */
export const RESTATE_UNDER_TEST = "RESTATE_UNDER_TEST";

let installations = 0;

/** The variables of the orchestrator that choose the engine under test; on Restate each stack is an installation of its own. */
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
    // What is cut off goes on elsewhere: no test waits for it.
    SHUTDOWN_GRACE_MS: "100",
  };
}
