import process from "node:process";
import { runMock } from "mock-kit";
import { makeStoreManager } from "./mock-store-manager.ts";

await runMock({ name: "mock-store-manager", defaultPort: 5000, make: makeStoreManager }, process.env);
