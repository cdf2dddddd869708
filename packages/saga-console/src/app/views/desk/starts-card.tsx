import type { VNode } from "preact";
import type { Definition } from "../../api/replies.ts";
import { mayOperate } from "../../api/who.ts";
import { PauseButton } from "../../parts/pause-button.tsx";
import { PauseWhy } from "../../parts/pause-why.tsx";
import { t } from "../../texts/language.ts";

interface StartsCardProps {
  readonly definitions: readonly Definition[];
  readonly onChanged: () => void;
}

/** Whether new sagas of each definition are accepted, and why not. */
export function StartsCard({ definitions, onChanged }: StartsCardProps): VNode | null {
  const texts = t.value.repair.pause;
  if (definitions.length === 0) return null;
  return (
    <section class="card" aria-labelledby="pauses">
      <h2 id="pauses">{texts.title}</h2>
      <ul class="pauses">
        {definitions.map((definition) => (
          <li key={definition.definition}>
            <span>
              <strong class="mono">{definition.definition}</strong> {!definition.paused && texts.takes}
            </span>
            {mayOperate.value && <PauseButton definition={definition} onChanged={onChanged} />}
            {definition.paused && <PauseWhy pause={definition.paused} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
