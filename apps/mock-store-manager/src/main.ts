import process from "node:process";
import { knownMocks, runMock } from "mock-kit";
import { makeStoreManager } from "./mock-store-manager.ts";

await runMock({ ...knownMocks["mock-store-manager"], make: makeStoreManager }, process.env);
