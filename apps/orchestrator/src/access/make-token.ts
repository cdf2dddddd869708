import { appendFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { hashOfToken, newToken } from "./token.ts";
import { readTokenEntries, TokenFileError } from "./token-entries.ts";

const USAGE = `Makes a bearer token, and the line that lets it count.

  pnpm make-token --subject NAME --roles ROLES [--tenant TENANT] [--expires DAY] [--file FILE]

ROLES: start, signal, read, operate, with commas between them. Without --file the line is printed, to be added to the file of tokens.
Example: pnpm make-token --subject ada --roles read,operate --expires 2027-01-31 --file tokens
`;

const { values } = parseArgs({
  options: {
    subject: { type: "string" },
    roles: { type: "string" },
    tenant: { type: "string" },
    expires: { type: "string" },
    file: { type: "string" },
    help: { type: "boolean" },
  },
});

const { subject, roles, tenant, expires, file } = values;
if (values.help || subject === undefined || roles === undefined) {
  (values.help ? process.stdout : process.stderr).write(USAGE);
  process.exit(values.help ? 0 : 2);
}
const token = newToken();
const terms = [...(tenant === undefined ? [] : [`tenant=${tenant}`]), ...(expires === undefined ? [] : [`expires=${expires}`])];
const line = [`sha256:${hashOfToken(token).toString("hex")}`, subject, roles, ...terms].join(" ");
try {
  readTokenEntries(line);
} catch (error) {
  if (!(error instanceof TokenFileError)) throw error;
  process.stderr.write(`${error.message.replace("Line 1", "The token's line")}\n`);
  process.exit(2);
}
if (file === undefined) process.stdout.write(`${line}\n`);
else appendFileSync(file, `${line}\n`, { mode: 0o600 });
process.stderr.write(`The token of ${subject}, which is shown this once:\n`);
process.stdout.write(`${token}\n`);
