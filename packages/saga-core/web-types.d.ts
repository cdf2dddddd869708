/**
 * What saga-core uses of the web platform: Deno, Node, Bun, workerd and browsers all have it. The compiler knows no other global of a
 * runtime here. A program that uses saga-core has the types of its own runtime, so this file is not part of it.
 */
declare class DOMException extends Error {
  constructor(message: string, name: string);
}

declare class AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
}
