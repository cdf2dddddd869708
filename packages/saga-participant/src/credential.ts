import { type Unavailable, unavailable } from "saga-core";
import { badHeaderOf } from "./unsendable.ts";

/** The headers by which a participant knows who calls: `{ authorization: "Bearer …" }`. */
export type CredentialHeaders = Readonly<Record<string, string>>;

/**
 * What proves to a participant who calls: its headers, or a function that gives them for each call, so that a credential may be changed while
 * sagas run.
 */
export type Credential = CredentialHeaders | (() => CredentialHeaders | Promise<CredentialHeaders>);

/** The credential of one call, or why the call cannot be made. */
export type CallCredential =
  | { readonly headers: CredentialHeaders; readonly missing?: undefined }
  | { readonly missing: Unavailable };

/** What its function threw may tell of the credential, so it is not said. */
const none = missing("its credential could not be had");

/** Nothing was sent, which says nothing about the participant. */
function missing(why: string): CallCredential {
  return { missing: unavailable(`nothing was sent: ${why}`, { answered: true }) };
}

/** The credential for one call. It waits no longer than the call may take. */
export async function credentialFor(credential: Credential, signal: AbortSignal): Promise<CallCredential> {
  if (typeof credential !== "function") return { headers: credential };
  const ended = Promise.withResolvers<undefined>();
  const end = () => ended.resolve(undefined);
  signal.addEventListener("abort", end);
  try {
    if (signal.aborted) return none;
    const headers = await Promise.race([Promise.resolve(credential()), ended.promise]);
    if (headers === undefined) return none;
    const bad = badHeaderOf(headers);
    return bad === undefined ? { headers } : missing(`in its credential, ${bad}`);
  } catch {
    return none;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** A shorter one is guessed sooner than read, and hiding it would change what the participant says. */
const LENGTH_MIN = 8;

/** The secrets in the headers of a credential: each value, and what stands after its scheme, as in `Bearer …`. */
export function secretsIn(headers: CredentialHeaders): readonly string[] {
  const values = Object.values(headers).flatMap((value) => [value, value.replace(/^[\w-]+ +/, "")]);
  return values.filter((value) => value.length >= LENGTH_MIN);
}
