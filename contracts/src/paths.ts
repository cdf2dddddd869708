import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const contracts = dirname(dirname(fileURLToPath(import.meta.url)));

export const root = dirname(contracts);

/** The committed pacts. */
export const pactsDirectory = join(contracts, "pacts");

/** The files that a check writes, for programs and for people. Git ignores both. */
export const matrixFile = join(contracts, "matrix.json");
export const tableFile = join(contracts, "matrix.md");
