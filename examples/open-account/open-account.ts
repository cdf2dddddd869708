import { Controller, chain, defaultPolicy } from "saga-core";
import { HttpParticipant } from "saga-participant";
import { addAddress, addBankAccount, addClient, createAccount, newAccount } from "./steps.ts";

export const openAccountServices = (url: string) => ({
  accounts: new HttpParticipant({ name: "accounts", url: `${url}/accounts`, keyed: true, callTimeoutMs: 2_000, refusals: [409] }),
  bank: new HttpParticipant({ name: "bank", url: `${url}/bank`, keyed: true, refusals: [409] }),
});

type OpenAccountServices = ReturnType<typeof openAccountServices>;

/** Opens an account with all that belongs to it. Each step can be undone, so there is no pivot: it may be cancelled until its last step is done. */
const openAccountChain = ({ accounts, bank }: OpenAccountServices) =>
  chain(newAccount).step(createAccount(accounts)).step(addAddress(accounts)).step(addClient(accounts)).step(addBankAccount(bank));

export class OpenAccountController extends Controller<ReturnType<typeof openAccountChain>> {
  constructor(services: OpenAccountServices) {
    // People who look at a saga need neither to find what is wrong with it.
    const secret = ["iban", "email"] as const;
    super({ name: "open-account", version: 1, chain: openAccountChain(services), policy: defaultPolicy, secret });
  }
}
