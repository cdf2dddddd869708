import { generateKeyPairSync } from "node:crypto";
import { readConfig } from "orchestrator/config";
import { describe, expect, it } from "vitest";
import { identityKeyOf } from "./identity-key.ts";

describe("the identity key of a Restate server", () => {
  it("is what the Restate server logs for its key", () => {
    // The server 1.7.12 logged the kid that is expected here when it had the private half.
    const publicKey =
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAyeZn8Rjx3QjvI9kphPq2tdcFIQbC5tJ1zyx0ppGHye4=\n-----END PUBLIC KEY-----\n";
    expect(identityKeyOf(publicKey)).toBe("publickeyv1_Eb8ijQwsdAkM68677CDzmemqY5PERDg9HMQAC9T7kekd");
  });

  it("is taken by the orchestrator", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const key = identityKeyOf(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    expect(readConfig({ RESTATE_IDENTITY_KEY: key }).RESTATE_IDENTITY_KEY).toBe(key);
  });
});
