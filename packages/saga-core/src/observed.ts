/** Marks a rejection as handled: callers that await the promise still see it. */
export function observed<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
