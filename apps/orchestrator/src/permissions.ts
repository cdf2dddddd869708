import { resolve } from "node:path";
import { builtDirectory } from "saga-console";
import { journalPaths } from "saga-sqlite";
import { addressOf, ownAddresses, type Permissions } from "service-kit";
import { type Config, environmentSchema, proxyVariables, sdkVariables } from "./config.ts";
import { swaggerUiDirectory } from "./swagger-ui.ts";

type UrlVariable = Extract<keyof Config, `${string}_URL`>;

/** Whether this process calls the URL of a variable. A new variable needs an entry here, or it does not compile. */
const isCalled: Readonly<Record<UrlVariable, (config: Config) => boolean>> = {
  STORE_MANAGER_URL: () => true,
  PAYMENTS_URL: () => true,
  AUTH_JWKS_URL: () => true,
  RESTATE_INGRESS_URL: isOnRestate,
  RESTATE_ADMIN_URL: isOnRestate,
  // Restate calls it.
  RESTATE_ENDPOINT_URL: () => false,
};

/** The variables that the orchestrator may read, and the libraries in it. */
export const permittedVariables: readonly string[] = [
  ...Object.keys(environmentSchema.shape),
  ...sdkVariables,
  ...proxyVariables,
];

/** All that the orchestrator may do: what its configuration names, and no more (ADR 37). */
export async function permissionsOf(config: Config): Promise<Permissions> {
  const journal = isOnRestate(config) ? undefined : journalPaths(config.JOURNAL_PATH);
  return {
    net: [...(await listened(config)), ...called(config)],
    // It counts the descriptors that it may open.
    read: ["/dev/null", swaggerUiDirectory, builtDirectory, ...filesIn(config), ...(journal?.reads ?? [])],
    write: journal?.writes ?? [],
    env: permittedVariables,
    // The lock of a journal names the machine of its owner.
    sys: ["hostname"],
  };
}

function isOnRestate({ ENGINE }: Config): boolean {
  return ENGINE === "restate";
}

async function listened(config: Config): Promise<readonly string[]> {
  const { HOST, PORT, OPERATOR_HOST, OPERATOR_PORT, RESTATE_ENDPOINT_PORT } = config;
  const own = [
    ownAddresses(HOST, PORT),
    ...(OPERATOR_PORT === undefined ? [] : [ownAddresses(OPERATOR_HOST ?? HOST, OPERATOR_PORT)]),
    ...(isOnRestate(config) ? [ownAddresses(HOST, RESTATE_ENDPOINT_PORT)] : []),
  ];
  return (await Promise.all(own)).flat();
}

function called(config: Config): readonly string[] {
  return Object.entries(isCalled).flatMap(([name, isCalledBy]) => {
    const url: unknown = Reflect.get(config, name);
    return typeof url === "string" && isCalledBy(config) ? [addressOf(url)] : [];
  });
}

/** A file that a variable names is read where it is named, also through links: what they lead to may change. */
function filesIn(config: Config): readonly string[] {
  return Object.entries(config).flatMap(([name, path]) =>
    name.endsWith("_FILE") && typeof path === "string" ? [resolve(path)] : [],
  );
}
