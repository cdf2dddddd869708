export { Payments } from "./payments.ts";
export { StoreManager } from "./store-manager.ts";
