import process from "node:process";
import { knownMocks, printMockCommand } from "mock-kit";

await printMockCommand(knownMocks["mock-store-manager"], import.meta.dirname, process.env);
