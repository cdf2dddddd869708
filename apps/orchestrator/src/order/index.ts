export { type CreatedOrder, CreateOrder } from "./create-order.ts";
export { CreatePayment } from "./create-payment.ts";
export { DecreaseStock } from "./decrease-stock.ts";
export { type OrderInput, orderInput, orderResult } from "./order.ts";
export { type OrderEvent, type OrderParticipants, OrderSagaController, type OrderState } from "./order-saga.ts";
export { OrderSagaV1Controller } from "./order-saga-v1.ts";
export { type OrderAmount, ReadAmount } from "./read-amount.ts";
