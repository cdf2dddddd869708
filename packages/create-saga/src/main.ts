#!/usr/bin/env node
import { join } from "node:path";
import process from "node:process";
import { createProject } from "./create-project.ts";
import { readManifest } from "./manifest.ts";
import { nextSteps } from "./next-steps.ts";
import { readRequest, usage } from "./read-request.ts";
import { UsageError } from "./usage-error.ts";

const directory = join(import.meta.dirname, "..");
const { name, version } = readManifest(join(directory, "package.json"));
// Published, its name is @scope/create-saga.
const [scope = ""] = name.split("/");

try {
  const cwd = process.cwd();
  const request = readRequest(process.argv.slice(2), cwd);
  if (request) {
    const files = createProject({ template: join(directory, "template"), release: { scope, version } }, request, cwd);
    const isColoured = process.stdout.isTTY === true && !process.env["NO_COLOR"];
    process.stdout.write(nextSteps(request, files, { isColoured, nodeVersion: process.versions.node }));
  } else {
    process.stdout.write(usage);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
