import process from "node:process";
import { buildConsole } from "./build-console.ts";

const { firstLoadBytes, laterBytes } = await buildConsole();
const kib = (bytes: number) => (bytes / 1_024).toFixed(1);
process.stdout.write(
  `The console is built: its first load is ${kib(firstLoadBytes)} KiB, and what is loaded later ${kib(laterBytes)} KiB, compressed by gzip.\n`,
);
