import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Definition } from "../api/replies.ts";
import { PolicyFacts } from "../parts/policy-facts.tsx";
import { ViewTitle } from "../parts/view-title.tsx";
import { FollowsCard } from "../parts/what-if/follows-card.tsx";
import { MishapGrid } from "../parts/what-if/mishap-grid.tsx";
import { PathCard } from "../parts/what-if/path-card.tsx";
import { t } from "../texts/language.ts";
import { whatIf } from "../texts/what-if/index.ts";
import { type Grid, gridOf } from "../what-if/grid.ts";
import { toldDefinitionSchema } from "../what-if/told-definition.ts";
import type { Keys } from "../what-if/told-handler.ts";

const allKeys: readonly Keys[] = ["as-told", "kept", "not-kept"];

export interface WhatIfProps {
  readonly name: string;
  /** The described versions of this definition, the newest first. */
  readonly versions: readonly Definition[];
}

/** A grid of what can go wrong, and what follows from the chosen cell. What is chosen is in the URL. */
export function WhatIf({ name, versions }: WhatIfProps): VNode {
  const { path, query, route } = useLocation();
  const texts = whatIf.value;
  const definition = versions.find(({ version }) => String(version) === query["version"]) ?? versions[0];
  const keys = allKeys.find((each) => each === query["keys"]) ?? "as-told";
  if (!definition) return <ViewTitle text={texts.notFound(name)} />;
  const { version } = definition;
  const choose = (changed: Readonly<Record<string, string>>) =>
    route(`${path}?${new URLSearchParams({ version: String(version), ...query, ...changed })}`, true);
  return (
    <>
      <ViewTitle text={texts.title(name, t.value.saga.version(version))} />
      <p class="quiet lead">{texts.explain}</p>
      <div class="what-if-choices">
        <label class="field">
          {texts.version}
          <select value={String(version)} onChange={({ currentTarget }) => choose({ version: currentTarget.value })}>
            {versions.map((each) => (
              <option key={each.version} value={String(each.version)}>
                {each.version}
              </option>
            ))}
          </select>
        </label>
        <fieldset class="segments-field">
          <legend>{texts.keys.legend}</legend>
          <span class="segments">
            {allKeys.map((each) => (
              <button key={each} type="button" aria-pressed={keys === each} onClick={() => choose({ keys: each })}>
                {texts.keys[each]}
              </button>
            ))}
          </span>
        </fieldset>
      </div>
      <Foretelling key={`${version} ${keys}`} definition={definition} keys={keys} query={query} choose={choose} />
    </>
  );
}

interface ForetellingProps {
  readonly definition: Definition;
  readonly keys: Keys;
  readonly query: Readonly<Record<string, string>>;
  readonly choose: (changed: Readonly<Record<string, string>>) => void;
}

function Foretelling({ definition, keys, query, choose }: ForetellingProps): VNode {
  const texts = whatIf.value;
  const grid = useMemo(() => gridFrom(definition, keys), [definition, keys]);
  if (!grid)
    return (
      <p class="notice notice-bad" role="alert">
        {texts.notTold}
      </p>
    );
  const possible = grid.flat().filter(({ foretold }) => foretold !== undefined);
  const chosen = possible.find(({ step, trouble }) => step === query["step"] && trouble === query["if"]) ?? possible[0];
  return (
    <>
      <MishapGrid
        grid={grid}
        definition={definition}
        chosen={chosen}
        onChoose={({ step, trouble }) => choose({ step, if: trouble })}
      />
      {chosen?.foretold && (
        <div class="columns">
          <div class="column">
            <div class="area-ladder">
              <PathCard cell={chosen} foretold={chosen.foretold} definition={definition} />
            </div>
          </div>
          <div class="column">
            <div class="area-desk">
              <FollowsCard foretold={chosen.foretold} />
            </div>
            <div class="area-data">
              <section class="card" aria-labelledby="told-policy">
                <h2 id="told-policy">{t.value.definitions.policy}</h2>
                <PolicyFacts definition={definition} />
              </section>
            </div>
          </div>
        </div>
      )}
    </>
  );
}

/** Undefined where the API tells too little. */
function gridFrom(definition: Definition, keys: Keys): Grid | undefined {
  try {
    return gridOf(toldDefinitionSchema.parse(definition), keys);
  } catch {
    return undefined;
  }
}
