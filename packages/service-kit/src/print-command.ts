import process from "node:process";
import { denoArguments, type Permissions } from "./permissions.ts";
import { runProcess } from "./run-process.ts";

/**
 * Prints the command that runs a program with the permissions that its configuration needs, one word a line: `start.sh` becomes it. It exits 1
 * with a message, as the program would, where the configuration cannot be used.
 *
 * @param main the absolute path of the program.
 * @throws nothing: what `permissionsOf` throws is printed.
 */
export async function printCommand(main: string, permissionsOf: () => Promise<Permissions>): Promise<void> {
  await runProcess(async () => {
    const words = [process.execPath, ...denoArguments(await permissionsOf(), main)];
    const { promise, resolve } = Promise.withResolvers<void>();
    process.stdout.write(`${words.join("\n")}\n`, () => resolve());
    await promise;
    return undefined;
  });
}
