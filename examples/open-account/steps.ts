import { step } from "saga-core";
import type { HttpParticipant } from "saga-participant";
import { z } from "zod";

/** The caller chooses the id of the account, so that every call can name it. */
export const newAccount = z.object({
  account_id: z.string().regex(/^[\w-]{1,64}$/),
  address: z.string(),
  email: z.string(),
  iban: z.string(),
});
type NewAccount = z.output<typeof newAccount>;

export const createAccount = (accounts: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "create-account",
    words: { state: "CREATING", done: "Created", failed: "NotCreated", undoing: "CLOSING", undone: "Closed" },
    participant: accounts,
    run: ({ account_id }: NewAccount, attempt) => accounts.call({ method: "PUT", path: account_id, body: {} }, attempt),
    rollback: ({ account_id }: NewAccount, attempt) => accounts.call({ method: "DELETE", path: account_id }, attempt),
  });

export const addAddress = (accounts: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "add-address",
    words: { state: "ADDING_ADDRESS", done: "AddressAdded", failed: "BadAddress", undoing: "CLEARING", undone: "Cleared" },
    participant: accounts,
    refusedRollback: "go-on",
    run: ({ account_id, address }: NewAccount, attempt) =>
      accounts.call({ method: "PUT", path: `${account_id}/address`, body: { address } }, attempt),
    rollback: ({ account_id }: NewAccount, attempt) =>
      accounts.call({ method: "DELETE", path: `${account_id}/address` }, attempt),
  });

export const addClient = (accounts: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "add-client",
    words: { state: "ADDING_CLIENT", done: "ClientAdded", failed: "BadClient", undoing: "REMOVING", undone: "Removed" },
    participant: accounts,
    refusedRollback: "go-on",
    run: ({ account_id, email }: NewAccount, attempt) =>
      accounts.call({ method: "PUT", path: `${account_id}/client`, body: { email } }, attempt),
    rollback: ({ account_id }: NewAccount, attempt) => accounts.call({ method: "DELETE", path: `${account_id}/client` }, attempt),
  });

/** The other bank is slower than our own services: a call may take longer, and is tried for longer. */
export const addBankAccount = (bank: HttpParticipant) =>
  step({
    kind: "compensatable",
    step: "add-bank-account",
    words: { state: "LINKING_BANK", done: "BankLinked", failed: "BankRefused", undoing: "UNLINKING", undone: "Unlinked" },
    participant: bank,
    callTimeoutMs: 10_000,
    patience: { attemptsMax: 20, deadlineMs: 60_000 },
    refusedRollback: "go-on",
    run: ({ account_id, iban }: NewAccount, attempt) =>
      bank.call({ method: "PUT", path: `links/${account_id}`, body: { iban } }, attempt),
    rollback: ({ account_id }: NewAccount, attempt) => bank.call({ method: "DELETE", path: `links/${account_id}` }, attempt),
  });
