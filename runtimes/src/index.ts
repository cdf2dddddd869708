export { type Results, readResults, type Tried } from "./results.ts";
