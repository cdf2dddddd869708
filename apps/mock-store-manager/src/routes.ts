import { answered, applied, errorBody, jsonBody, jsonReply, type MockRoute, pathId, type Reply, readId } from "mock-kit";
import { z } from "zod";
import { type OrderItem, products, type ShownOrder, type Store, users } from "./store.ts";

const positive = z.int().min(1);
const items = z.array(z.object({ product_id: positive, quantity: positive })).min(1);
const newOrder = z.object({ user_id: positive, items });
const changedOrder = z.object({ order_id: positive, is_paid: z.boolean(), payment_id: positive });
const stockMove = z.object({ items, operation: z.enum(["+", "-"]) });
const stockLevel = z.object({ product_id: positive, quantity: z.int().min(0) });

/** Every route of the existing Store Manager (docs/participants.md), with the same statuses and bodies, even the surprising ones. */
export function storeRoutes(store: Store, readStatus: ReadStatus): readonly MockRoute[] {
  return [...orderRoutes(store, readStatus), ...stockRoutes(store, readStatus), ...catalogueRoutes()];
}

/** Both templates of the existing service are in use, so a reader must accept either status. */
export type ReadStatus = 200 | 201;

function readReplies(description: string, schema: z.ZodType) {
  return { 200: jsonReply(description, schema), 201: jsonReply(description, schema) };
}

function orderRoutes(store: Store, readStatus: ReadStatus): readonly MockRoute[] {
  return [
    {
      document: {
        method: "post",
        path: "/orders",
        request: { body: jsonBody(newOrder) },
        responses: {
          201: jsonReply("The order's id.", z.object({ order_id: z.int() })),
          400: jsonReply("A quantity that is not a positive integer.", errorBody),
          500: jsonReply("Every other refusal, and every failure.", errorBody),
        },
      },
      answer: ({ body }) => createOrder(store, body),
    },
    {
      document: {
        method: "get",
        path: "/orders/{order_id}",
        request: { params: pathId("order_id") },
        responses: readReplies("The order, every value a string; {} for an unknown one.", z.record(z.string(), z.string())),
      },
      answer: ({ params }) => {
        const order = store.order(readId(params["order_id"]));
        return answered(readStatus, order ? shown(order) : {});
      },
    },
    {
      document: {
        method: "delete",
        path: "/orders/{order_id}",
        request: { params: pathId("order_id") },
        responses: {
          200: jsonReply("The order is deleted.", z.object({ deleted: z.boolean() })),
          404: jsonReply("The order was already deleted, or never existed.", z.object({ deleted: z.boolean() })),
          500: jsonReply("Every failure.", errorBody),
        },
      },
      answer: ({ params }) =>
        store.removeOrder(readId(params["order_id"])) ? applied(200, { deleted: true }) : answered(404, { deleted: false }),
    },
    {
      document: {
        method: "put",
        path: "/orders",
        request: { body: jsonBody(changedOrder) },
        responses: {
          200: jsonReply("Whether the order exists and was changed.", z.object({ updated: z.boolean() })),
          500: jsonReply("Every refusal, and every failure.", errorBody),
        },
      },
      answer: ({ body }) => {
        const change = changedOrder.safeParse(body);
        if (!change.success) return answered(500, { error: z.prettifyError(change.error) });
        const { order_id, is_paid, payment_id } = change.data;
        const payment_link = `http://api-gateway:8080/payments-api/payments/process/${payment_id}`;
        return store.changeOrder(order_id, { is_paid, payment_link })
          ? applied(200, { updated: true })
          : answered(200, { updated: false });
      },
    },
  ];
}

function createOrder(store: Store, body: unknown): Reply {
  const empty = z.object({ items: z.array(z.unknown()).min(1) }).safeParse(body);
  if (!empty.success) return answered(500, { error: "Cannot create order. An order must have 1 or more items." });
  const order = newOrder.safeParse(body);
  if (!order.success) return answered(400, { error: z.prettifyError(order.error) });
  const { user_id, items: ordered } = order.data;
  const unknown = ordered.find(({ product_id }) => !products.some(({ id }) => id === product_id));
  if (unknown) return answered(500, { error: `Product ID ${unknown.product_id} not found in database.` });
  if (!users.some(({ id }) => id === user_id)) {
    return answered(500, { error: foreignKeyError(user_id) });
  }
  return applied(201, { order_id: store.addOrder(user_id, ordered)?.order_id });
}

/** The error text in the existing service's reply: several lines, in SQLAlchemy's format. */
function foreignKeyError(userId: number): string {
  const cause =
    "Cannot add or update a child row: a foreign key constraint fails (`store_db`.`orders`, CONSTRAINT `orders_ibfk_1`)";
  return [
    `(mysql.connector.errors.IntegrityError) 1452 (23000): ${cause}`,
    "[SQL: INSERT INTO orders (user_id, total_amount, payment_link, is_paid) VALUES (%(user_id)s, %(total_amount)s, %(payment_link)s, %(is_paid)s)]",
    `[parameters: {'user_id': ${userId}, 'total_amount': 0, 'payment_link': None, 'is_paid': 0}]`,
    "(Background on this error at: https://sqlalche.me/e/20/gkpj)",
  ].join("\n");
}

/** Every value is a string, because the existing service reads it from Redis. */
function shown({ user_id, total_amount, items: ordered, payment_link }: ShownOrder): object {
  return {
    ...(user_id !== undefined && { user_id: String(user_id) }),
    ...(total_amount !== undefined && { total_amount }),
    ...(ordered && { items: pythonJson(ordered) }),
    payment_link,
  };
}

function stockRoutes(store: Store, readStatus: ReadStatus): readonly MockRoute[] {
  return [
    {
      document: {
        method: "put",
        path: "/stocks",
        request: { body: jsonBody(stockMove) },
        responses: {
          201: jsonReply("The stock is moved.", z.object({ result: z.string() })),
          400: jsonReply("A quantity that is not a positive integer.", errorBody),
          409: jsonReply("Not enough stock; nothing is moved.", errorBody),
          500: jsonReply("Every other refusal, and every failure.", errorBody),
        },
      },
      answer: ({ body }) => {
        const move = stockMove.safeParse(body);
        if (!move.success) return answered(400, { error: z.prettifyError(move.error) });
        const short = store.moveStock(move.data.items, move.data.operation === "-" ? -1 : 1);
        if (short === undefined) return applied(201, { result: "OK" });
        return answered(409, { error: `Not enough stock of product ${short}: ${store.stock.get(short) ?? 0} left.` });
      },
    },
    {
      document: {
        method: "post",
        path: "/stocks",
        request: { body: jsonBody(stockLevel) },
        responses: {
          201: jsonReply("The stock is set.", z.object({ result: z.string() })),
          500: jsonReply("Every refusal, and every failure.", errorBody),
        },
      },
      answer: ({ body }) => {
        const level = stockLevel.safeParse(body);
        if (!level.success) return answered(500, { error: z.prettifyError(level.error) });
        store.setStock(level.data.product_id, level.data.quantity);
        return applied(201, { result: "rows updated: 1" });
      },
    },
    {
      document: {
        method: "get",
        path: "/stocks/reports/overview-stocks",
        responses: { 200: jsonReply("The stock of every article.", z.array(z.record(z.string(), z.unknown()))) },
      },
      answer: () =>
        answered(
          200,
          products.map(({ id, name, sku, price }) => ({
            Article: name,
            "Numéro SKU": sku,
            "Prix unitaire": price,
            "Unités en stock": store.stock.get(id) ?? 0,
          })),
        ),
    },
    {
      document: {
        method: "get",
        path: "/stocks/{product_id}",
        request: { params: pathId("product_id") },
        responses: readReplies("The stock; {} for an unknown product.", z.record(z.string(), z.int())),
      },
      answer: ({ params }) => {
        const product_id = readId(params["product_id"]);
        const quantity = product_id === undefined ? undefined : store.stock.get(product_id);
        return answered(readStatus, quantity === undefined ? {} : { product_id, quantity });
      },
    },
  ];
}

function catalogueRoutes(): readonly MockRoute[] {
  return [
    lookUp("/products/{product_id}", "product_id", products),
    lookUp("/users/{user_id}", "user_id", users),
    {
      document: {
        method: "get",
        path: "/health-check",
        responses: { 200: jsonReply("The service is running.", z.object({ status: z.string() })) },
      },
      answer: () => answered(200, { status: "ok" }),
    },
  ];
}

function lookUp(path: string, name: string, rows: readonly { readonly id: number }[]): MockRoute {
  return {
    document: {
      method: "get",
      path,
      request: { params: pathId(name) },
      responses: { 201: jsonReply("The row; {} for an unknown one.", z.record(z.string(), z.unknown())) },
    },
    answer: ({ params }) => answered(201, rows.find(({ id }) => id === readId(params[name])) ?? {}),
  };
}

/** The format of Python's json.dumps, with spaces. */
function pythonJson(ordered: readonly OrderItem[]): string {
  return `[${ordered.map(({ product_id, quantity }) => `{"product_id": ${product_id}, "quantity": ${quantity}}`).join(", ")}]`;
}
