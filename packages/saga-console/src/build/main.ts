import process from "node:process";
import { buildConsole } from "./build-console.ts";

const { firstLoadBytes } = await buildConsole();
process.stdout.write(`The console is built: its first load is ${(firstLoadBytes / 1_024).toFixed(1)} KiB, compressed by gzip.\n`);
