import type { Controller } from "./controller.ts";
import type { AnyHandler } from "./handler.ts";

/**
 * The handler of a step.
 *
 * @param step the handler's `step`.
 * @throws TypeError if the definition has no such step.
 */
export function handlerOf(controller: Controller, step: string): AnyHandler {
  const handler = controller.handlers.find((candidate) => candidate.step === step);
  if (!handler) throw new TypeError(`${controller.name} has no step "${step}".`);
  return handler;
}
