import { join } from "node:path";
import process from "node:process";
import { printCommand } from "service-kit";
import { readConfig } from "./config.ts";
import { permissionsOf } from "./permissions.ts";

await printCommand(join(import.meta.dirname, "main.ts"), () => permissionsOf(readConfig(process.env)));
