import { type ConnectionsMaxOptions, flag, IDLE_CONNECTION_MS_DEFAULT, integer, optionalInteger } from "service-kit";
import { RESTATE_CONNECTIONS_MAX } from "./restate-variables.ts";

export const connectionVariables = {
  CONNECTIONS_MAX: optionalInteger(
    { min: 1, max: 1_000_000 },
    {
      description:
        "Connections of clients at the same time. One more is answered 503 and closed. Unset: what the limit of open files allows, at most 4096. A value that does not fit is refused at the start.",
      example: "2000",
    },
  ),
  IDLE_CONNECTION_MS: integer(
    IDLE_CONNECTION_MS_DEFAULT,
    { min: 1_000, max: 3_600_000 },
    {
      description:
        "How long a client's connection stays open without a request. It must be longer than a balancer keeps its connections.",
      example: "75000",
    },
  ),
  PROXY_FROM_ENVIRONMENT: flag(false, {
    description:
      "Whether calls to participants and to Restate go through the proxies that `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY` name, but to the hosts of `NO_PROXY`.",
    example: "true",
  }),
};

/** Each call under way at a participant has a connection, and no more are kept than were under way at once. */
const PARTICIPANTS = 2;

interface ConnectionLimits {
  readonly ENGINE: "embedded" | "restate";
  readonly CONNECTIONS_MAX?: number | undefined;
  readonly CALLS_IN_FLIGHT_MAX: number;
}

/** On Restate, a client that waits takes one more connection, to the ingress. */
export function connectionsOf({ ENGINE, CONNECTIONS_MAX, CALLS_IN_FLIGHT_MAX }: ConnectionLimits): ConnectionsMaxOptions {
  const isOnRestate = ENGINE === "restate";
  return {
    configured: CONNECTIONS_MAX,
    others: PARTICIPANTS * CALLS_IN_FLIGHT_MAX + (isOnRestate ? RESTATE_CONNECTIONS_MAX : 0),
    perConnection: isOnRestate ? 2 : 1,
  };
}
