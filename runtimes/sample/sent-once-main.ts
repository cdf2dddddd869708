import process from "node:process";
import { trySentOnce } from "./sent-once.ts";

process.stdout.write(`${JSON.stringify(await trySentOnce(JSON.parse(process.argv[2] ?? "")))}\n`);
