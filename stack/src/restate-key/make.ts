/** `restate:key`: makes the key with which the Restate server of compose.yaml signs its calls, and tells the orchestrator's half to Compose. */
import { generateKeyPairSync } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { identityKeyOf } from "./identity-key.ts";

const root = join(import.meta.dirname, "../../..");
const keyFile = join(root, "restate-key.pem");
const variablesFile = join(root, ".env");

if (existsSync(keyFile)) process.stdout.write("restate-key.pem is there already, and stays.\n");
else {
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(keyFile, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  process.stdout.write("restate-key.pem has the private key. Keep it from others.\n");
}
const line = `RESTATE_IDENTITY_KEY=${identityKeyOf(readFileSync(keyFile, "utf8"))}`;
const variables = existsSync(variablesFile) ? readFileSync(variablesFile, "utf8") : "";
if (variables.split("\n").includes(line)) process.stdout.write(`.env has ${line} already.\n`);
else {
  appendFileSync(variablesFile, `${variables === "" || variables.endsWith("\n") ? "" : "\n"}${line}\n`);
  process.stdout.write(`.env has ${line} now.\n`);
}
