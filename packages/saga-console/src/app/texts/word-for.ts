/** The word for one of the API's; its own where the console has none, also for one that every object has, like `constructor`. */
export function wordFor(words: Readonly<Record<string, string>>, own: string): string {
  return (Object.hasOwn(words, own) ? words[own] : undefined) ?? own;
}
