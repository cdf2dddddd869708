import type { Controller } from "../definition/controller.ts";
import { FingerprintMismatch } from "../definition/definition-error.ts";
import { isJsonObject } from "../json.ts";
import { messageOf } from "../message-of.ts";
import { UnreadableSaga } from "../ports/engine.ts";
import type { SagaEvent } from "../transition/event.ts";
import { readEvent } from "../transition/read-event.ts";
import type { Saga } from "../transition/saga.ts";
import { fold } from "../transition/transition.ts";

/** A saga, and the events that made it. */
export interface History {
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
}

/**
 * Reads a saga from its raw records, under the version of its definition that it started with (rule 11).
 *
 * @throws UnreadableSaga if the definition has another fingerprint, or a record does not fit it.
 */
export function readHistory(controller: Controller, id: string, records: readonly unknown[]): History {
  const events = readEvents(controller, id, records);
  return readable(id, () => {
    const saga = fold(controller, events);
    if (!saga) throw new TypeError("it has no records");
    return { saga, events };
  });
}

/**
 * Reads the events alone, in order.
 *
 * @throws UnreadableSaga
 */
export function readEvents(controller: Controller, id: string, records: readonly unknown[]): readonly SagaEvent[] {
  const [first] = records;
  if (isJsonObject(first) && first["fingerprint"] !== controller.fingerprint) {
    const cause = fingerprintMismatch(controller, `saga ${id} runs`);
    throw new UnreadableSaga(cause.message, { cause });
  }
  return readable(id, () => records.map((record) => readEvent(controller, record)));
}

function readable<Read>(id: string, read: () => Read): Read {
  try {
    return read();
  } catch (cause) {
    throw new UnreadableSaga(`Saga ${id} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Makes the error for a definition whose fingerprint is not the one that open sagas started with. It is returned, not thrown.
 *
 * @param runningSagas which sagas they are, with the verb, such as `open sagas run`.
 */
export function fingerprintMismatch(
  { name, version }: Pick<Controller, "name" | "version">,
  runningSagas: `saga ${string} runs` | "open sagas run",
): FingerprintMismatch {
  const advice = "its steps, their kinds or their words changed: raise the version, and register the old one beside it";
  return new FingerprintMismatch(name, `${runningSagas} version ${version} with another fingerprint; ${advice}`);
}
