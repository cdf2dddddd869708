import { getLogger } from "@logtape/logtape";
import type { Clock, ParticipantState } from "saga-core";

/** Beside sick sagas a circuit closes at each healthy one and opens again: the log says so once in this time, in milliseconds. */
const QUIET_MS = 60_000;

/** Logs the circuits of participants. An open one is logged again once a minute, and its closing if its opening was; the rest is for debugging. */
export function circuitLog(clock: Pick<Clock, "now">): (state: ParticipantState) => void {
  const log = getLogger(["orchestrator", "participants"]);
  const quietUntil = new Map<string, number>();
  const shown = new Set<string>();
  return ({ participant, circuit, failures, waiting, lastFailure }) => {
    const facts = { participant, circuit, failures, waiting, lastFailure };
    switch (circuit) {
      case "open": {
        const isQuiet = clock.now() < (quietUntil.get(participant) ?? 0);
        const message =
          "{failures} sagas failed at {participant} with no clear answer between; its last failure was {lastFailure}: its circuit holds them back, and {waiting} sagas wait";
        if (isQuiet) log.debug(message, facts);
        else log.warn(message, facts);
        if (isQuiet) return;
        quietUntil.set(participant, clock.now() + QUIET_MS);
        shown.add(participant);
        return;
      }
      case "half-open":
        log.debug("A saga that failed at {participant} may try again; {waiting} sagas wait", facts);
        return;
      case "closed": {
        const message = "{participant} gives clear answers again; {waiting} sagas continue";
        if (shown.delete(participant)) log.info(message, facts);
        else log.debug(message, facts);
        return;
      }
    }
  };
}
