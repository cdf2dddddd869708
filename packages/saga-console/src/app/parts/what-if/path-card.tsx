import type { VNode } from "preact";
import type { Definition } from "../../api/replies.ts";
import { layOut, type SagaEnd } from "../../model/ladder.ts";
import { endsOf } from "../../model/names.ts";
import { pictureNow } from "../../model/picture.ts";
import { t } from "../../texts/language.ts";
import { whatIf } from "../../texts/what-if/index.ts";
import type { Foretold } from "../../what-if/foretold.ts";
import type { Cell } from "../../what-if/grid.ts";
import { shownSaga } from "../../what-if/shown-saga.ts";
import { LadderView } from "../ladder-view.tsx";

interface PathCardProps {
  readonly cell: Cell;
  readonly foretold: Foretold;
  readonly definition: Definition;
}

/** The path of a played saga, on the ladder that draws real ones. */
export function PathCard({ cell: { step, trouble }, foretold, definition }: PathCardProps): VNode {
  const texts = whatIf.value;
  const { saga, events } = shownSaga(foretold);
  const ladder = layOut(pictureNow(saga, events), definition.steps, endOf(foretold));
  const waits = definition.steps.find((each) => each.step === step)?.waits !== undefined;
  const isAtWait = waits && (trouble === "refused" || trouble === "silent" || trouble === "cancelled");
  return (
    <section class="card card-past" aria-labelledby="what-if-path">
      <header class="card-head">
        <h2 id="what-if-path">
          <span class="mono">{step}</span>
          {t.value.colon} {texts.troubles[trouble]}
        </h2>
        <span class="quiet small">{texts.nothingSent}</span>
      </header>
      <p class="small">{isAtWait ? texts.supposedAtWait[trouble] : texts.supposed[trouble]}</p>
      <LadderView ladder={ladder} saga={saga} events={events} isPast names={endsOf(definition)} />
    </section>
  );
}

function endOf({ ending }: Foretold): SagaEnd {
  return ending === "completed" || ending === "cancelled" ? ending : undefined;
}
