import type { Controller } from "saga-core";
import { SagaReplay } from "saga-core/engine";
import type { Append, Verdict } from "../objects/messages.ts";
import { partKey, RECORD_KEY, readRecord } from "../objects/saga-record.ts";
import { type FromOutside, judge } from "./judge.ts";

/** Where what came for a saga after its end is kept: an object of its own, because its workflow is over. */
export interface LaterEvents {
  readonly read: () => Promise<readonly unknown[]>;
  /** Resolves with false where there are others by now than the one who decided on it had seen. */
  readonly append: (event: Append) => Promise<boolean>;
}

/** What is written of a saga that has ended. */
export interface EndedSaga {
  readonly id: string;
  readonly get: (key: string) => Promise<unknown>;
  readonly later: LaterEvents;
}

/** Decides what came for a saga after its end, and keeps it. Only signals and their acknowledgement change anything then. */
export async function decideAfterEnd(ended: EndedSaga, controller: Controller, request: FromOutside): Promise<Verdict> {
  for (;;) {
    const later = await ended.later.read();
    const { saga } = await read(ended, controller, later);
    const event: FromOutside = { ...request, at: Math.max(request.at, saga.updatedAt) };
    const { verdict, isRecorded } = judge(controller, saga, event);
    if (!isRecorded) return verdict;
    if (await ended.later.append({ after: later.length, event, startedAt: saga.createdAt })) return verdict;
  }
}

/** Reads the saga one part after the other, so that a long history takes no memory. */
async function read({ id, get }: EndedSaga, controller: Controller, later: readonly unknown[]): Promise<SagaReplay> {
  const replay = new SagaReplay(controller, id);
  const { parts, events } = readRecord(id, await get(RECORD_KEY));
  for (let part = 0; part < parts; part += 1) {
    const written = await get(partKey(part));
    if (Array.isArray(written)) for (const event of written) replay.apply(event);
  }
  for (const event of [...events, ...later]) replay.apply(event);
  return replay;
}
