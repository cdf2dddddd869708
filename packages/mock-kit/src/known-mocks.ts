/** The mocks: the port of each where `PORT` is unset, and whether it signals, and so reads `SIGNAL_URL`. */
export const knownMocks = {
  "mock-store-manager": { name: "mock-store-manager", defaultPort: 5000, signals: false },
  "mock-payments": { name: "mock-payments", defaultPort: 5009, signals: true },
} as const;
