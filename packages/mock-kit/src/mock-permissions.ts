import { join } from "node:path";
import { addressOf, ownAddresses, type Permissions, printCommand, readEnvironment } from "service-kit";
import { type MockProcess, mockEnvironment, signalEnvironment } from "./run-mock.ts";

type KnownMock = Pick<MockProcess, "defaultPort" | "signals">;

/** The variables that a mock may read. */
export function variablesOfMock({ signals = false }: KnownMock): readonly string[] {
  return [mockEnvironment(0), ...(signals ? [signalEnvironment] : [])].flatMap(({ shape }) => Object.keys(shape));
}

/**
 * All that a mock may do: listen, and signal where it is told to. It writes no file but that of its state, where it is told to keep one.
 *
 * @throws EnvironmentError that names every malformed variable.
 */
export async function mockPermissions(mock: KnownMock, environment: NodeJS.ProcessEnv): Promise<Permissions> {
  const { HOST, PORT, STATE_FILE: stateFile } = readEnvironment(mockEnvironment(mock.defaultPort), environment);
  const { SIGNAL_URL: signalUrl } = mock.signals ? readEnvironment(signalEnvironment, environment) : {};
  const state = stateFile === undefined ? [] : [stateFile];
  return {
    net: [...(await ownAddresses(HOST, PORT)), ...(signalUrl === undefined ? [] : [addressOf(signalUrl)])],
    // It counts the descriptors that it may open.
    read: ["/dev/null", ...state],
    write: state,
    env: variablesOfMock(mock),
    sys: [],
  };
}

/** Prints the command that runs the mock whose `main.ts` is in this directory. */
export async function printMockCommand(mock: KnownMock, directory: string, environment: NodeJS.ProcessEnv): Promise<void> {
  await printCommand(join(directory, "main.ts"), () => mockPermissions(mock, environment));
}
