import process from "node:process";
import { knownMocks, runMock } from "mock-kit";
import { makePayments } from "./mock-payments.ts";

await runMock({ ...knownMocks["mock-payments"], make: makePayments }, process.env);
