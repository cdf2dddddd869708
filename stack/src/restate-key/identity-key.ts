import { createPublicKey } from "node:crypto";
import { z } from "zod";

/** Bitcoin's alphabet, which Restate uses: without the characters that people mistake for each other. */
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

const publicJwk = z.object({ crv: z.literal("Ed25519"), x: z.string() });

/**
 * The public key of a Restate server, as it logs it at its start and `RESTATE_IDENTITY_KEY` takes it.
 *
 * @param key its Ed25519 key as PEM, the private or the public half.
 */
export function identityKeyOf(key: string): string {
  const { x } = publicJwk.parse(createPublicKey(key).export({ format: "jwk" }));
  return `publickeyv1_${base58(Buffer.from(x, "base64url"))}`;
}

function base58(bytes: Buffer): string {
  let rest = BigInt(`0x${bytes.toString("hex")}`);
  let digits = "";
  for (; rest > 0n; rest /= 58n) digits = `${ALPHABET[Number(rest % 58n)]}${digits}`;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return `${"1".repeat(Math.max(zeros, 0))}${digits}`;
}
