import type { VNode } from "preact";
import { readRegistered } from "../api/client.ts";
import type { Definition } from "../api/replies.ts";
import { mayOperate } from "../api/who.ts";
import { DefinitionBody } from "../parts/definition-body.tsx";
import { Failure } from "../parts/failure.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { paths } from "../parts/paths.ts";
import { PauseButton } from "../parts/pause-button.tsx";
import { PauseWhy } from "../parts/pause-why.tsx";
import { useRepeated } from "../parts/use-repeated.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { t } from "../texts/language.ts";

/** A pause may begin and end elsewhere. */
const AGAIN_MS = 3_000;

/** The kinds of sagas: their steps, their arrows, their patience, their versions and their pauses. */
export function Definitions(): VNode {
  const texts = t.value.definitions;
  const found = useLoaded("definitions", readRegistered);
  useRepeated(found.reload, AGAIN_MS);
  const { items = [], earlier = [] } = found.value.value ?? {};
  return (
    <>
      <ViewTitle text={texts.title} />
      <Failure error={found.error.value} readAt={found.readAt.value} onAgain={found.reload} />
      {items.map((definition) => (
        <DefinitionCard
          key={definition.definition}
          definition={definition}
          earlier={earlier.filter((each) => each.definition === definition.definition)}
          onChanged={found.reload}
        />
      ))}
    </>
  );
}

interface DefinitionCardProps {
  readonly definition: Definition;
  /** Versions of it that start no saga any more. */
  readonly earlier: readonly Definition[];
  readonly onChanged: () => void;
}

function DefinitionCard({ definition, earlier, onChanged }: DefinitionCardProps): VNode {
  const { definition: name, version, paused } = definition;
  const texts = t.value.definitions;
  return (
    <section class={paused ? "card card-paused" : "card"} aria-labelledby={`definition-${name}`}>
      <header class="card-head">
        <div>
          <h2 id={`definition-${name}`} class="mono inline">
            {name}
          </h2>{" "}
          <span class="quiet small">{t.value.saga.version(version)}</span>
        </div>
        <div class="actions">
          <a class="button" href={paths.whatIf(name, version)}>
            {texts.whatIf}
            <span class="visually-hidden"> {name}</span>
          </a>
          {mayOperate.value && <PauseButton definition={definition} onChanged={onChanged} />}
        </div>
      </header>
      {paused && <PauseWhy pause={paused} />}
      <DefinitionBody definition={definition} />
      {earlier.map((each) => (
        <details key={each.version} class="fold">
          <summary>{texts.earlier(each.version)}</summary>
          <p>
            <a href={paths.whatIf(name, each.version)}>
              {texts.whatIf}
              <span class="visually-hidden">
                {" "}
                {name}, {t.value.saga.version(each.version)}
              </span>
            </a>
          </p>
          <DefinitionBody definition={each} />
        </details>
      ))}
    </section>
  );
}
