/**
 * French texts with the spaces before signs of two parts as they are set: a line never breaks there. The modules are written with plain spaces, which
 * people can see.
 */
export function withFrenchSpaces<Texts extends object>(texts: Texts): Texts {
  return new Proxy(texts, { get: (target, name, receiver) => spaced(Reflect.get(target, name, receiver)) });
}

function spaced(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(/ (?=[:;?!»])|(?<=«) /g, "\u00a0");
  if (typeof value === "function") return (...given: readonly unknown[]) => spaced(Reflect.apply(value, undefined, given));
  return typeof value === "object" && value !== null ? withFrenchSpaces(value) : value;
}
