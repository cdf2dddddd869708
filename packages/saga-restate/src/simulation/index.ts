export { exploredOnRestate } from "./explored.ts";
export { onRestate, type RestateLifeOptions } from "./restate-life.ts";
