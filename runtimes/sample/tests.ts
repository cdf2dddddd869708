import process from "node:process";
import { testTrip } from "./trip-tests.ts";

process.stdout.write(`${await testTrip()} runs\n`);
