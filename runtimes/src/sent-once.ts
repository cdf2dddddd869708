import { z } from "zod";
import { CuttingParticipant } from "./cutting-participant.ts";

/** One row of the matrix for the sample, and what must come of it. */
interface Row {
  readonly id: string;
  readonly connections: "own" | "kept" | "fetch";
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly path: string;
  readonly before?: string;
  readonly isPooled: boolean;
  readonly outcomes: readonly string[];
}

interface Places {
  readonly bank: string;
  readonly FIN: string;
  readonly RST: string;
}

const triedSchema = z.array(z.object({ id: z.string(), outcome: z.string(), reason: z.string() }));

/** Cuts that race with the next request are tried often: which comes first is left to chance. */
const RACES = 10;

/** What a runtime's clients do when connections are cut. */
export interface SentOnce {
  /** What is wrong with the calls of participants. */
  readonly wrong: readonly string[];
  /** The connections of a keyed participant; *pool*: calls of unkeyed ones too use connections that the runtime keeps. */
  readonly connections: "kept" | "one a call" | "pool";
  /** The methods of the requests that the platform's own `fetch` sent again. */
  readonly repeatedByFetch: readonly string[];
}

/** Lets a runtime make the calls of the matrix, and counts what arrived. @param make runs the sample for these rows, and gives its output. */
export async function trySentOnce(make: (rows: string) => Promise<string>): Promise<SentOnce> {
  const [bank, fin, rst] = await Promise.all([
    CuttingParticipant.start(),
    CuttingParticipant.start("FIN"),
    CuttingParticipant.start("RST"),
  ]);
  try {
    const rows = rowsAt({ bank: bank.url, FIN: fin.url, RST: rst.url });
    const tried = triedSchema.parse(JSON.parse(await make(JSON.stringify(rows))));
    const outcomes = new Map(tried.map(({ id, ...said }) => [id, said]));
    const wrong = rows.filter(({ connections }) => connections !== "fetch").flatMap((row) => wrongOf(row, outcomes, bank));
    const repeated = rows.filter(({ connections, id }) => connections === "fetch" && (bank.arrivals.get(id) ?? 0) > 1);
    const isKept = async (connections: "own" | "kept") => {
      const before = bank.connections;
      await make(JSON.stringify(twoCalls(bank.url, connections)));
      return bank.connections - before === 1;
    };
    const keyed = (await isKept("kept")) ? "kept" : "one a call";
    const connections = (await isKept("own")) ? "pool" : keyed;
    return { wrong, connections, repeatedByFetch: [...new Set(repeated.map(({ method }) => method))] };
  } finally {
    await Promise.all([bank.stop(), fin.stop(), rst.stop()]);
  }
}

function wrongOf(
  row: Row,
  outcomes: ReadonlyMap<string, { outcome: string; reason: string }>,
  bank: CuttingParticipant,
): readonly string[] {
  const arrived = bank.arrivals.get(row.id) ?? 0;
  const { outcome = "no outcome", reason = "" } = outcomes.get(row.id) ?? {};
  const said = `${row.id} arrived ${arrived} times and is ${outcome}: ${reason}`;
  if (arrived > 1 || !row.outcomes.includes(outcome)) return [said];
  // What is done has arrived, and what certainly had no effect has not.
  const isTrue = outcome === "done" ? arrived === 1 : outcome !== "unavailable" || row.method === "GET" || arrived === 0;
  return isTrue ? [] : [said];
}

/** Two calls of one client, one after the other. */
function twoCalls(url: string, connections: "own" | "kept"): readonly Row[] {
  const before = `answer/one-${connections}`;
  return [{ id: "two", connections, method: "POST", url, path: "answer/two", before, isPooled: false, outcomes: ["done"] }];
}

function rowsAt(places: Places): readonly Row[] {
  return (["own", "kept", "fetch"] as const).flatMap((connections) =>
    (["GET", "POST"] as const).flatMap((method) =>
      (["FIN", "RST"] as const).flatMap((cut) => rowsOf(places, { connections, method, cut })),
    ),
  );
}

interface Kind {
  readonly connections: Row["connections"];
  readonly method: Row["method"];
  readonly cut: "FIN" | "RST";
}

function rowsOf(places: Places, { connections, method, cut }: Kind): readonly Row[] {
  const inDoubt = method === "GET" ? "unavailable" : "unknown";
  const name = `${connections}-${method}-${cut}`;
  const base = { connections, method, url: places.bank, isPooled: false } as const;
  const received = ["cut", "half"].flatMap((what) =>
    [{ use: "first" }, { use: "second", before: `answer/before-${what}-${name}` }, { use: "pooled", isPooled: true }].map(
      ({ use, ...more }) => {
        const id = `${what}-${use}-${name}`;
        return { ...base, id, path: `${what}-${cut}/${id}`, outcomes: [inDoubt], ...more };
      },
    ),
  );
  const early = `early-${name}`;
  const races = Array.from({ length: RACES }, (_, race) => {
    const id = `race-${race}-${name}`;
    const outcomes = ["unavailable", inDoubt, "done"];
    return { ...base, id, path: `answer/${id}`, before: `answer-then-${cut}/before-${id}`, outcomes };
  });
  return [
    ...received,
    { ...base, id: early, url: places[cut], path: `answer/${early}`, outcomes: ["unavailable", inDoubt] },
    ...races,
  ];
}
