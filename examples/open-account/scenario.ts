import { OpenAccountController, openAccountServices } from "./open-account.ts";

const input = { account_id: "A-1", address: "1 Main Street", email: "ada@example.org", iban: "DE02120300000000202051" };

/** What `given` and `explore` answer its steps: nothing but that they are done. */
export const openAccountScenario = { definition: new OpenAccountController(openAccountServices("http://127.0.0.1:1")), input };

/** How it runs with fake services. */
export const openAccountExample = {
  ids: {},
  services: openAccountServices,
  define: (services: ReturnType<typeof openAccountServices>) => new OpenAccountController(services),
  input,
};
