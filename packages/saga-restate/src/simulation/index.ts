export { exploredOnRestate } from "./explored.ts";
export { onRestate } from "./restate-life.ts";
