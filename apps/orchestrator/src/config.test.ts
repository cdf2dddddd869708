import { describe, expect, it } from "vitest";
import { orderSagaOf } from "./compose.ts";
import { autoPauseOf, environmentSchema, participantOptionsOf, policyOf, readConfig } from "./config.ts";
import { connectionsOf } from "./connection-variables.ts";

describe("the configuration", () => {
  it("is safe for unkeyed services, and listens on the loopback interface only", () => {
    expect(readConfig({})).toMatchObject({
      HOST: "127.0.0.1",
      PORT: 5123,
      STORE_MANAGER_KEYED: false,
      PAYMENTS_KEYED: false,
      CALL_TIMEOUT_MS: 5_000,
      RETRY_BACKOFF_MS_MAX: 2_000,
      SAGA_DEADLINE_MS: 15_000,
      SYNC_WAIT_MS_MAX: 20_000,
      GIVE_UP_HOURS: 24,
    });
  });

  it("sets the policy of the sagas", () => {
    const policy = policyOf(
      readConfig({ SAGA_DEADLINE_MS: "9", GIVE_UP_HOURS: "48", RETRY_ATTEMPTS_MAX: "2", RETRY_BACKOFF_MS_MAX: "70" }),
    );
    expect(policy).toMatchObject({ deadlineMs: 9, giveUpMs: 172_800_000, attemptsMax: 2, backoffMsMax: 70 });
  });

  it("sets the URL, the keys and the deadline of a call of each participant apart", () => {
    const config = readConfig({
      STORE_MANAGER_URL: "http://store:1",
      STORE_MANAGER_KEYED: "true",
      STORE_MANAGER_KEY_RETENTION_HOURS: "1",
      PAYMENTS_URL: "http://payments:2",
      PAYMENTS_KEYED: "false",
      PAYMENTS_KEY_RETENTION_HOURS: "2",
      CALL_TIMEOUT_MS: "3",
      PAYMENTS_CALL_TIMEOUT_MS: "4",
    });
    const store = { url: "http://store:1", keyed: true, keyRetentionMs: 3_600_000, callTimeoutMs: 3, keepsConnections: true };
    const payments = {
      url: "http://payments:2",
      keyed: false,
      keyRetentionMs: 7_200_000,
      callTimeoutMs: 4,
      keepsConnections: false,
    };
    expect(participantOptionsOf(config, "STORE_MANAGER")).toEqual(store);
    expect(participantOptionsOf(config, "PAYMENTS")).toEqual(payments);
  });

  it("keeps no connection where calls may go through a proxy", () => {
    const config = readConfig({ STORE_MANAGER_KEYED: "true", PROXY_FROM_ENVIRONMENT: "true" });
    expect(participantOptionsOf(config, "STORE_MANAGER").keepsConnections).toBe(false);
  });

  it("sets when the order saga pauses itself, which a count of 0 switches off", () => {
    expect(autoPauseOf(readConfig({}))).toEqual({
      countMin: 20,
      sharePercentMin: 50,
      windowMs: 300_000,
      trials: 3,
      trialMs: 60_000,
    });
    const variables = {
      AUTO_PAUSE_COUNT_MIN: "0",
      AUTO_PAUSE_SHARE_PERCENT_MIN: "100",
      AUTO_PAUSE_WINDOW_MS: "1000",
      AUTO_PAUSE_TRIALS: "0",
      AUTO_PAUSE_TRIAL_MS: "1",
    };
    expect(autoPauseOf(readConfig(variables))).toEqual({
      countMin: 0,
      sharePercentMin: 100,
      windowMs: 1_000,
      trials: 0,
      trialMs: 1,
    });
  });

  it("says how long a signal waits for its saga, and how many do, and refuses what is no such number", () => {
    expect(readConfig({})).toMatchObject({ SIGNAL_WAIT_MS_MAX: 5_000, SIGNALS_WAITING_MAX: 1_000 });
    expect(() => readConfig({ SIGNAL_WAIT_MS_MAX: "5s" })).toThrow(
      /SIGNAL_WAIT_MS_MAX="5s": .* Example: SIGNAL_WAIT_MS_MAX=5000/,
    );
    expect(() => readConfig({ SIGNALS_WAITING_MAX: "-1" })).toThrow('SIGNALS_WAITING_MAX="-1": must be');
  });

  it("refuses a journal that is not on disk", () => {
    expect(() => readConfig({ JOURNAL_PATH: ":memory:" })).toThrow("must be the path of a file");
    expect(() => readConfig({ JOURNAL_PATH: "" })).toThrow("must be the path of a file");
  });

  it("takes the day that a person accepts the clock for, and refuses what is no date", () => {
    expect(readConfig({}).CLOCK_ACCEPT).toBeUndefined();
    expect(readConfig({ CLOCK_ACCEPT: "2026-11-30" }).CLOCK_ACCEPT).toBe(Date.UTC(2026, 10, 30));
    const message = 'CLOCK_ACCEPT="tomorrow": must be a date in UTC: year-month-day. Example: CLOCK_ACCEPT=2026-11-30';
    expect(() => readConfig({ CLOCK_ACCEPT: "tomorrow" })).toThrow(message);
  });

  it("refuses a first backoff that is longer than the longest one", () => {
    const refused = () => readConfig({ RETRY_BACKOFF_MS_BASE: "60", RETRY_BACKOFF_MS_MAX: "10" });
    expect(refused).toThrow('RETRY_BACKOFF_MS_BASE="60": must not be above RETRY_BACKOFF_MS_MAX, which is 10');
  });

  it.for(["CALL_TIMEOUT_MS", "STORE_MANAGER_CALL_TIMEOUT_MS", "PAYMENTS_CALL_TIMEOUT_MS"])(
    "refuses a deadline of a call within which its request may not even have arrived: %s",
    (name) => {
      const message = `${name}="300000": must be below 300000, the time within which a request may arrive at a participant. Example: ${name}=5000`;
      expect(() => readConfig({ [name]: "300000" })).toThrow(message);
      expect(() => orderSagaOf(readConfig({ [name]: "299999" }))).not.toThrow();
    },
  );

  it("serves no host name with a dot and no other web page, unless they are listed", () => {
    expect(readConfig({})).toMatchObject({ ALLOWED_HOSTS: [], ALLOWED_ORIGINS: [], PATH_PREFIX: "", TRUST_PROXY: false });
    const lists = { ALLOWED_HOSTS: "api.example.com, *.internal", ALLOWED_ORIGINS: "https://shop.example.com" };
    expect(readConfig(lists)).toMatchObject({
      ALLOWED_HOSTS: ["api.example.com", "*.internal"],
      ALLOWED_ORIGINS: ["https://shop.example.com"],
    });
  });

  it.for<[string, string, string]>([
    ["ALLOWED_HOSTS", "a.example,http://b.example", 'has the entry "http://b.example", which must be a host name'],
    ["ALLOWED_ORIGINS", "https://shop.example.com/", 'has the entry "https://shop.example.com/", which must be an origin'],
    ["PATH_PREFIX", "saga-api", 'must be a path that begins with "/"'],
  ])("refuses %s=%s by its name, its value and an example", ([name, value, message]) => {
    const refused = () => readConfig({ [name]: value });
    expect(refused).toThrow(`${name}="${value}": ${message}`);
    expect(refused).toThrow(`Example: ${name}=`);
  });

  it("refuses an unknown engine", () => {
    const message = 'ENGINE="temporal": must be "embedded" or "restate". Example: ENGINE=restate';
    expect(() => readConfig({ ENGINE: "temporal" })).toThrow(message);
  });

  it("refuses a namespace that Restate does not allow, and a malformed identity key", () => {
    expect(() => readConfig({ RESTATE_NAMESPACE: "my orders" })).toThrow("must be a letter and up to 31 letters, digits, - or _");
    expect(() => readConfig({ RESTATE_IDENTITY_KEY: "secret" })).toThrow("must be a public key as Restate logs it at its start");
    expect(readConfig({}).RESTATE_ENDPOINT_URL).toBeUndefined();
  });

  it("refuses a Restate endpoint beyond the loopback interface without the key of its Restate", () => {
    const message =
      /RESTATE_IDENTITY_KEY="": must be set, because HOST is 0\.0\.0\.0.* Example: RESTATE_IDENTITY_KEY=publickeyv1_/;
    expect(() => readConfig({ ENGINE: "restate", HOST: "0.0.0.0" })).toThrow(message);
    expect(() => readConfig({ ENGINE: "restate", HOST: "10.0.0.127" })).toThrow("RESTATE_IDENTITY_KEY");
    const exposed = { HOST: "0.0.0.0", AUTH_TOKENS_FILE: "tokens" };
    expect(() => readConfig({ ENGINE: "restate", ...exposed, RESTATE_IDENTITY_KEY: "publickeyv1_2G8d" })).not.toThrow();
    expect(() => readConfig({ ENGINE: "embedded", ...exposed })).not.toThrow();
    for (const HOST of ["127.0.0.1", "127.0.0.2", "::1", "localhost"]) {
      expect(() => readConfig({ ENGINE: "restate", HOST }), HOST).not.toThrow();
    }
  });

  it("keeps descriptors for the calls to participants, and on Restate one more for each client", () => {
    const others = { CALLS_IN_FLIGHT_MAX: "10", CONNECTIONS_MAX: "7" };
    expect(connectionsOf(readConfig(others))).toEqual({ configured: 7, others: 20, perConnection: 1 });
    expect(connectionsOf(readConfig({ ...others, ENGINE: "restate" }))).toEqual({
      configured: 7,
      others: 148,
      perConnection: 2,
    });
  });

  it("keeps an idle connection longer than a balancer does (60 s)", () => {
    expect(readConfig({}).IDLE_CONNECTION_MS).toBe(75_000);
  });

  it.for(Object.keys(environmentSchema.shape))("refuses a control character in %s by name", (name) => {
    const shown = name.endsWith("_TOKEN") ? "***" : String.raw`"http://shop\u0007"`;
    expect(() => readConfig({ [name]: "http://shop\u0007" })).toThrow(`${name}=${shown}: `);
  });

  it.for(Object.keys(environmentSchema.shape).filter((name) => name.endsWith("_URL")))(
    "refuses a %s that has a password or is no URL, and does not print the password",
    (name) => {
      for (const value of ["http://ada:secret@shop", "http://ada:se/cret@shop", "ada:secret@shop"]) {
        const refused = () => readConfig({ [name]: value });
        expect(refused).toThrow(`${name}="`);
        expect(refused).toThrow(/^(?!.*cret)/s);
      }
    },
  );
});
