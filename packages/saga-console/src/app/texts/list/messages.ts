/** The texts of the list. */
export interface ListTexts {
  readonly title: string;
  readonly views: string;
  readonly all: string;
  readonly running: string;
  readonly completed: string;
  readonly cancelled: string;
  readonly save: string;
  readonly saveName: string;
  readonly forget: (name: string) => string;
  readonly search: string;
  readonly searchHint: string;
  /** How the search works, where it found nothing. */
  readonly searchHelp: string;
  readonly definition: string;
  readonly status: string;
  readonly phase: string;
  readonly order: string;
  readonly newest: string;
  readonly oldest: string;
  readonly any: Readonly<Record<"definition" | "status" | "phase" | "step", string>>;
  readonly step: string;
  readonly state: string;
  readonly saga: string;
  readonly started: string;
  readonly changed: string;
  readonly since: string;
  readonly where: string;
  readonly showAgain: (count: string) => string;
  readonly showMissed: string;
  readonly isMore: (count: string) => string;
  readonly empty: string;
  readonly curl: string;
  readonly copied: string;
  readonly shown: (count: string, selected: number) => string;
  /** The numbers of the rows of a page; the total, where it is known. */
  readonly range: (from: string, to: string, total: string | undefined) => string;
  readonly pages: string;
  readonly first: string;
  readonly previous: string;
  readonly next: string;
  readonly select: (name: string) => string;
  readonly clear: string;
  readonly keys: string;
  /** What a part of the page is, where it could not be read. */
  readonly counts: string;
}
