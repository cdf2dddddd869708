import type { Controller } from "../definition/controller.ts";
import { type StartedSaga, StartRefused, type StartRequest } from "../ports/engine.ts";
import { OtherVersion, type SagaEnd, type StartedAs, type StartOptions } from "../ports/typed-starts.ts";
import type { Saga } from "../transition/saga.ts";
import { statusOf } from "../transition/view.ts";

/**
 * The request of a start from code.
 *
 * @param controllers newest first.
 * @throws StartRefused (`unknown-definition`) for a definition that is not registered, or that is not the newest version: the saga would
 * have another version than the caller's types (rule 11).
 */
export function requestOf(controllers: readonly Controller[], controller: Controller, start: TypedStart): StartRequest {
  const { name, version, fingerprint } = controller;
  const newest = controllers.find((each) => each.name === name);
  if (newest?.version !== version || newest.fingerprint !== fingerprint) {
    const there = newest ? `its newest version here is ${newest.version}` : "it is not among the controllers of this engine";
    throw new StartRefused("unknown-definition", `Version ${version} of the definition "${name}" starts no saga: ${there}.`);
  }
  return { ...start.options, definition: name, input: start.input };
}

interface TypedStart {
  readonly input: unknown;
  readonly options: StartOptions | undefined;
}

/** A started saga whose end has the types of its definition. */
export function startedAs(controller: Controller, { id, accepted, untilRest }: StartedSaga): StartedAs<Controller> {
  return { id, accepted, untilRest: async () => endOf(controller, await untilRest()) };
}

function endOf({ version }: Controller, saga: Saga): SagaEnd<Controller> {
  const status = statusOf(saga);
  if (status !== "completed") return { status, saga };
  // What is recorded was validated, live and when it was read, by the schemas of the saga's own version.
  if (saga.version !== version) throw new OtherVersion(saga, version);
  return { status, saga, data: { ...saga.input, ...saga.data } };
}
