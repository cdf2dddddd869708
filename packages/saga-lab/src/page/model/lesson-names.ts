export const lessonNames = ["all-goes-well", "compensation", "unknown-outcome", "crash", "sick-customer"] as const;
export type LessonName = (typeof lessonNames)[number];

/** The exercise of docs/lab.md that a lesson is about. */
export const exerciseOf: Readonly<Record<LessonName, number>> = {
  "all-goes-well": 2,
  compensation: 3,
  "unknown-outcome": 5,
  crash: 4,
  "sick-customer": 6,
};
