import type { VNode } from "preact";
import type { Definition } from "../api/replies.ts";
import { duration, number } from "../texts/format.ts";
import { t } from "../texts/language.ts";

const ATTEMPTS = "attempts_max";

/** The patience of a definition's sagas. A limit that has no name here is shown by its own. */
export function PolicyFacts({ definition: { policy = {}, fingerprint } }: { readonly definition: Definition }): VNode {
  const texts = t.value.definitions;
  return (
    <dl class="facts small">
      {Object.entries(policy).map(([limit, value]) => (
        <div key={limit}>
          <dt>{texts.limits[limit] ?? limit}</dt>
          <dd>{limit === ATTEMPTS ? number(value) : duration(value)}</dd>
        </div>
      ))}
      {fingerprint !== undefined && (
        <div>
          <dt>{texts.fingerprint}</dt>
          <dd class="mono">{fingerprint}</dd>
        </div>
      )}
    </dl>
  );
}
