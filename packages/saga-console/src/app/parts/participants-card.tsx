import type { VNode } from "preact";
import type { Calls, Participant } from "../api/overview-reply.ts";
import { duration, number, time } from "../texts/format.ts";
import { t } from "../texts/language.ts";
import { Countdown } from "./countdown.tsx";
import { Glyph, toneOf } from "./glyph.tsx";

const outcomes = ["done", "rejected", "unavailable", "unknown"] as const;

interface ParticipantsCardProps {
  readonly participants: readonly Participant[];
  /** Since when they are known; undefined: the host does not say it. */
  readonly since: string | undefined;
}

/** The participants as the sagas meet them: what became of the last calls, how long they took, and whether the circuit holds sagas back. */
export function ParticipantsCard({ participants, since }: ParticipantsCardProps): VNode {
  const texts = t.value.overview;
  return (
    <section class="card" aria-labelledby="participants">
      <h2 id="participants">{texts.participants}</h2>
      {participants.length === 0 && (
        <p class="small quiet">{texts.noParticipant(since === undefined ? undefined : time(since))}</p>
      )}
      <ul class="saga-lines">
        {participants.map((participant) => (
          <li key={participant.participant} data-participant={participant.participant}>
            <ParticipantRow participant={participant} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ParticipantRow({
  participant: { participant, circuit, calls, calls_in_flight: inFlight, waiting, next_probe_at: probe },
}: {
  readonly participant: Participant;
}): VNode {
  const texts = t.value.overview;
  return (
    <>
      <p>
        <strong class="mono">{participant}</strong>{" "}
        <span class={circuit === "closed" ? "quiet small" : "strong small tone-text tone-bad"}>
          {texts.circuits[circuit] ?? circuit}
        </span>{" "}
        {probe !== undefined && <Countdown until={probe} />}
      </p>
      {calls && <CallsBar calls={calls} />}
      <p class="small quiet">
        {calls?.p50_ms !== undefined && calls.p95_ms !== undefined && (
          <>{texts.took(duration(calls.p50_ms), duration(calls.p95_ms))} </>
        )}
        {texts.inFlight(inFlight, waiting)}
      </p>
    </>
  );
}

function CallsBar({ calls }: { readonly calls: Calls }): VNode {
  const texts = t.value.overview;
  const all = outcomes.reduce((sum, outcome) => sum + calls[outcome], 0);
  if (all === 0) return <p class="small quiet">{texts.noCall}</p>;
  let x = 0;
  return (
    <>
      <svg class="calls-bar" aria-hidden="true">
        {outcomes.map((outcome) => {
          const width = (calls[outcome] / all) * 100;
          x += width;
          return <rect key={outcome} class={`tone-${toneOf(outcome)}`} x={`${x - width}%`} width={`${width}%`} height="8" />;
        })}
      </svg>
      <ul class="calls small">
        {outcomes
          .filter((outcome) => calls[outcome] > 0)
          .map((outcome) => (
            <li key={outcome}>
              <Glyph mark={outcome} /> {number(calls[outcome])} {t.value.marks[outcome]}
            </li>
          ))}
      </ul>
    </>
  );
}
