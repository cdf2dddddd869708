export { type LabState, type OrderState, stateSchema, type WorldState } from "./lab-state.ts";
export {
  type FaultKind,
  faultKinds,
  faultRequest,
  ORDERS_AT_ONCE_MAX,
  ordersRequest,
  type PlacedOrder,
  type ProcessName,
  placedSchema,
  processNames,
  processRequest,
} from "./requests.ts";
