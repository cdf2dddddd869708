import process from "node:process";

/** V8 has it where it is started with --expose-gc. */
declare const gc: (() => void) | undefined;

/** Runs in the process of the orchestrator before it: on the signal it says how much memory is in use after everything that can be freed was. */
process.on("SIGUSR2", () => {
  gc?.();
  process.stderr.write(`heap ${process.memoryUsage().heapUsed}\n`);
});
