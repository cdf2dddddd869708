export { type CreatedOrder, CreateOrder } from "./create-order.ts";
export { CreatePayment } from "./create-payment.ts";
export { DecreaseStock } from "./decrease-stock.ts";
export { type OrderInput, orderInput, orderResult } from "./order.ts";
export { type OrderEvent, type OrderParticipants, OrderSagaController, type OrderState } from "./order-saga.ts";
export { ReadAmount } from "./read-amount.ts";
