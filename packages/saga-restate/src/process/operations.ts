import type { Clock, FoundSaga, OperatedSaga } from "saga-core";
import {
  drainingRefusal,
  noSuchSaga,
  notAllowed,
  type Operation,
  type OperationRequest,
  operationEvent,
  type Refused,
  type UnreturnedCalls,
  unreturnedRefusal,
} from "saga-core/engine";
import type { Verdict } from "../objects/messages.ts";
import { noAnswer } from "./signals.ts";
import type { WrittenSeq } from "./written-event.ts";

export interface OperationPorts {
  readonly clock: Clock;
  readonly isDraining: () => boolean;
  /** The calls of this process; only the process that made a call knows that it has not returned. */
  readonly unreturned: UnreturnedCalls;
  /** The saga as this process sees it. */
  readonly get: (sagaId: string) => Promise<FoundSaga | undefined>;
  /** Brings an operation to the saga's workflow and resolves with its verdict. */
  readonly send: (found: FoundSaga, operation: Operation | Refused) => Promise<Verdict>;
  readonly writtenSeq: WrittenSeq;
}

/**
 * Decides an operation twice: here, from the saga as this process sees it, and in the saga's workflow, whose verdict counts. An
 * operation refused here came when it was not allowed, even if it is allowed a moment later.
 *
 * @throws OperationRefused where it is refused; JournalError where the saga does not answer.
 */
export async function operate(ports: OperationPorts, sagaId: string, request: OperationRequest): Promise<OperatedSaga> {
  if (ports.isDraining()) throw drainingRefusal();
  const found = await ports.get(sagaId);
  if (!found) throw noSuchSaga(sagaId);
  const operation = operationEvent(found, request, ports.clock.now());
  const refusal = unreturnedRefusal(sagaId, operation, ports.unreturned);
  if (refusal) throw refusal;
  const verdict = await ports.send(found, operation);
  if (verdict.allowed === "no-answer") throw noAnswer(sagaId);
  if (!verdict.allowed) throw notAllowed(sagaId, verdict);
  const [after, eventSeq] = await Promise.all([ports.get(sagaId), ports.writtenSeq(found, operation)]);
  return { ...(after ?? found), eventSeq };
}
