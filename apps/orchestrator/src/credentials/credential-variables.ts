import { optionalText, optionalToken } from "service-kit";
import type { z } from "zod";

/** The variables of a participant's credential, by the beginning of their names. */
const participantNames = { STORE_MANAGER: "Store Manager", PAYMENTS: "Payments API" } as const;

export type ParticipantName = keyof typeof participantNames;

function token(service: string) {
  return optionalToken({
    description: `The bearer token with which the ${service} is called. Other programs of this machine may read a variable: better name a file. Unset: none.`,
    example: "s3cr3t-of-32-characters-or-longer",
  });
}

function tokenFile(service: string) {
  return optionalText({
    description: `The file with the bearer token with which the ${service} is called. It is read again when it changes. Unset: none.`,
    example: "/run/secrets/token",
  });
}

/** With what participants are called. */
export const credentialVariables = {
  STORE_MANAGER_TOKEN: token(participantNames.STORE_MANAGER),
  STORE_MANAGER_TOKEN_FILE: tokenFile(participantNames.STORE_MANAGER),
  PAYMENTS_TOKEN: token(participantNames.PAYMENTS),
  PAYMENTS_TOKEN_FILE: tokenFile(participantNames.PAYMENTS),
};

export type CredentialConfig = Readonly<z.output<z.ZodObject<typeof credentialVariables>>>;

/** What is wrong with these variables together, by the name of one. */
export function credentialProblems(config: CredentialConfig): readonly (readonly [name: string, problem: string])[] {
  return (["STORE_MANAGER", "PAYMENTS"] as const).flatMap((name) => {
    const hasBoth = config[`${name}_TOKEN`] !== undefined && config[`${name}_TOKEN_FILE`] !== undefined;
    return hasBoth ? [[`${name}_TOKEN`, `must not be set with ${name}_TOKEN_FILE: which of the two counts?`] as const] : [];
  });
}
