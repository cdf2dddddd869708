export { readPacts } from "./pact.ts";
export { pactsDirectory } from "./paths.ts";
