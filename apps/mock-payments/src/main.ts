import process from "node:process";
import { runMock } from "mock-kit";
import { makePayments } from "./mock-payments.ts";

await runMock({ name: "mock-payments", defaultPort: 5009, signals: true, make: makePayments }, process.env);
