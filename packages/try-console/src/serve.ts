import process from "node:process";
import { ConsoleStack } from "./console-stack.ts";

// For trying the console by hand: a stack with an order in each kind of trouble.
const stack = await ConsoleStack.start();
await stack.completed();
await stack.undone();
await stack.inDoubt();
await stack.completed();
await stack.inDoubt();
await stack.retrying();
process.stdout.write(`${stack.consoleUrl}\n`);
process.once("SIGINT", () => {
  stack.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
