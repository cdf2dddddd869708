import type { Serde } from "@restatedev/restate-sdk";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Everything in Restate is JSON; each reader validates it. */
export const json: Serde<unknown> = {
  contentType: "application/json",
  serialize: (value) => encoder.encode(JSON.stringify(value ?? null)),
  deserialize: (bytes): unknown => (bytes.length === 0 ? null : JSON.parse(decoder.decode(bytes))),
};
