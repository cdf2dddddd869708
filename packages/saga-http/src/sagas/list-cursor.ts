import { z } from "@hono/zod-openapi";
import type { SagaOrder } from "saga-core/engine";
import { invalidRequest } from "../problems/invalid-request.ts";

export type ListOrder = NonNullable<SagaOrder["order"]>;

/** Where a page ended: the id of its last saga, and the order of its list. */
export interface ListCursor {
  readonly id: string;
  readonly order: ListOrder;
}

/** The mark of a cursor whose list has the oldest sagas first. One without a mark, as all were once, is of the newest. */
const OLDEST = "oldest:";

/** The `next_cursor` of a page, opaque to clients; null on the last page. */
export function toCursor(lastId: string | undefined, order: ListOrder = "newest"): string | null {
  if (lastId === undefined) return null;
  return btoa(order === "oldest" ? `${OLDEST}${lastId}` : lastId).replaceAll("=", "");
}

function fromCursor(cursor: string): ListCursor | undefined {
  try {
    const text = atob(cursor);
    const order = text.startsWith(OLDEST) ? "oldest" : "newest";
    const { data: id } = z.uuid().safeParse(order === "oldest" ? text.slice(OLDEST.length) : text);
    return id === undefined ? undefined : { id, order };
  } catch {
    return undefined;
  }
}

const allowed = "must be a next_cursor that this list gave";

export const listCursorSchema: z.ZodType<ListCursor> = z.string("must be a text, given once").transform((text, context) => {
  const cursor = fromCursor(text);
  if (cursor === undefined) context.addIssue({ code: "custom", message: allowed });
  return cursor ?? z.NEVER;
});

/** The cursor of a list that always has the newest sagas first: the id of its last saga. */
export const newestCursorSchema: z.ZodType<string> = listCursorSchema.transform(({ id, order }, context) => {
  if (order === "newest") return id;
  context.addIssue({ code: "custom", message: allowed });
  return z.NEVER;
});

/**
 * The part of a list that follows on a cursor.
 *
 * @throws ProblemError for the cursor of a list in another order: its pages would leave sagas out.
 */
export function partAfter(cursor: ListCursor | undefined, order: ListOrder = "newest"): SagaOrder {
  if (cursor === undefined) return { order };
  if (cursor.order !== order) {
    const detail = `must be of a list in the same order: this one is of order=${cursor.order}, and order=${order} is requested`;
    throw invalidRequest([{ pointer: "/cursor", detail }]);
  }
  return followingOn({ order }, cursor.id);
}

/** The part of a list that follows on a saga. */
export function followingOn<Query extends SagaOrder>(query: Query, lastId: string | undefined): Query {
  return query.order === "oldest" ? { ...query, after: lastId } : { ...query, before: lastId };
}
