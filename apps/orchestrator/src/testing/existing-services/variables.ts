/**
 * The variables for the existing services as they are: their lock wait of 50 s is heard out. docs/integration.md shows them and what each
 * one costs.
 */
export const existingServicesVariables: Readonly<Record<string, string>> = {
  STORE_MANAGER_CALL_TIMEOUT_MS: "60000",
  PAYMENTS_CALL_TIMEOUT_MS: "60000",
  SAGA_DEADLINE_MS: "300000",
  RETRY_ATTEMPTS_MAX: "100",
  RETRY_BACKOFF_MS_MAX: "5000",
  SYNC_WAIT_MS_MAX: "20000",
  SHUTDOWN_GRACE_MS: "65000",
};
