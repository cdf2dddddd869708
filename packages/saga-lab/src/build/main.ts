import process from "node:process";
import { buildLab } from "./build-lab.ts";

const { firstLoadBytes } = await buildLab();
process.stdout.write(`The lab is built: its first load is ${(firstLoadBytes / 1_024).toFixed(1)} KiB, compressed by gzip.\n`);
