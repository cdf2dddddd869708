import { getLogger } from "@logtape/logtape";
import type { Credential } from "saga-participant";
import { WatchedFile } from "../access/watched-file.ts";
import type { CredentialConfig, ParticipantName } from "./credential-variables.ts";

/** The file of a participant's token cannot be used. */
export class CredentialFileError extends Error {
  override readonly name = "CredentialFileError";
}

/**
 * The credential with which a participant is called; undefined where it asks for none.
 *
 * @throws CredentialFileError that names the variable and the file, and never the token.
 */
export function credentialOf(
  config: CredentialConfig,
  participant: ParticipantName,
  now: () => number = Date.now,
): Credential | undefined {
  const token = config[`${participant}_TOKEN`];
  if (token !== undefined) return bearer(token);
  const variable = `${participant}_TOKEN_FILE` as const;
  const path = config[variable];
  if (path === undefined) return undefined;
  const log = getLogger(["orchestrator", "participants"]);
  const onProblem = (error: unknown) =>
    log.error("{variable} is {path}, which cannot be used, so the token that it had before counts: {error}", {
      variable,
      path,
      error,
    });
  try {
    const file = new WatchedFile(path, readToken, { now, onProblem });
    return () => bearer(file.content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CredentialFileError(`${variable} is ${path}, which cannot be used: ${reason}`, { cause });
  }
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

/** Editors and `echo` end a file with a line end. */
function readToken(text: string): string {
  const token = text.trim();
  if (!/^[\w.~+/-]+=*$/.test(token))
    throw new CredentialFileError(
      "it must have one token of letters, digits and - . _ ~ + / on one line, without Bearer. Example: s3cr3t-of-32-characters-or-longer",
    );
  return token;
}
