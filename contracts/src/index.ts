export { readPacts } from "./pact.ts";
export { pactsDirectory } from "./places.ts";
