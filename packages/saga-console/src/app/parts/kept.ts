const PREFIX = "saga-console/";

/** What this browser keeps of a person's settings; nothing where it may keep nothing. No secret is kept here. */
export const kept = {
  get(name: string): string | undefined {
    try {
      return localStorage.getItem(PREFIX + name) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(name: string, value: string): void {
    try {
      localStorage.setItem(PREFIX + name, value);
    } catch {
      // A browser that keeps nothing asks again the next time.
    }
  },
} as const;
