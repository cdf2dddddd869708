import { language } from "./language.ts";

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** No line breaks here, so that a number stays beside its unit. */
const NO_BREAK = "\u00a0";

/** A duration for people: two units at most, like "2 h 14 min". */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 1) return withUnit(String(Math.round(Math.max(0, ms))), "ms");
  if (seconds < 10) return withUnit(number(Math.floor(seconds * 10) / 10), "s");
  const whole = Math.floor(seconds);
  if (whole < MINUTE_S) return withUnit(String(whole), "s");
  if (whole < HOUR_S) return pair(Math.floor(whole / MINUTE_S), "min", whole % MINUTE_S, "s");
  if (whole < DAY_S) return pair(Math.floor(whole / HOUR_S), "h", Math.floor((whole % HOUR_S) / MINUTE_S), "min");
  const day = language.value === "fr" ? "j" : "d";
  return pair(Math.floor(whole / DAY_S), day, Math.floor((whole % DAY_S) / HOUR_S), "h");
}

function pair(first: number, firstUnit: string, second: number, secondUnit: string): string {
  const whole = withUnit(String(first), firstUnit);
  return second === 0 ? whole : `${whole}${NO_BREAK}${withUnit(String(second), secondUnit)}`;
}

function withUnit(value: string, unit: string): string {
  return `${value}${NO_BREAK}${unit}`;
}

export function number(value: number): string {
  return new Intl.NumberFormat(language.value).format(value);
}

/** The time of day of an instant, with milliseconds where asked; with the day, if that is not today. */
export function time(instant: string | number, { withMs = false } = {}): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return String(instant);
  const isToday = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language.value === "fr" ? "fr-FR" : "en-GB", {
    ...(!isToday && { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    ...(withMs && { fractionalSecondDigits: 3 }),
  }).format(at);
}
