/** What is printed in the place of a secret. */
export const HIDDEN = "***";

/** A variable's value as it may be printed: control characters are escaped, and what may be a secret is not shown. */
export function shownValue(value: string): string {
  return JSON.stringify(withoutSecrets(value)).replace(/\p{Cc}/gu, escapeControl);
}

function withoutSecrets(value: string): string {
  if (value.includes("PRIVATE KEY")) return HIDDEN;
  // Also of a text that is no URL, because an awkward password makes it none.
  const isUrlLike = value.includes(":");
  if (!isUrlLike) return value;
  return value.replace(/^(\s*[a-z][a-z\d+.-]*:\/\/)?.*@/is, "$1***@").replace(/\?.+$/s, "?***");
}

/** JSON leaves DEL and the controls from 0x80 as they are. */
function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
