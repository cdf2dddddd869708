/** The groups of routes in the OpenAPI document. */
export const tags = [
  { name: "sagas", description: "Start sagas, and look at them." },
  { name: "operations", description: "Cancel, retry and resolve sagas." },
  { name: "definitions", description: "The kinds of saga. They can be paused." },
  { name: "health", description: "The state of the orchestrator and its participants." },
] as const;

export type Tag = (typeof tags)[number]["name"];
