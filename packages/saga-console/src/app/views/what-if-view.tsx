import type { VNode } from "preact";
import { useRoute } from "preact-iso";
import { readAllVersions } from "../api/client.ts";
import { Failure } from "../parts/failure.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { ViewTitle } from "../parts/view-title.tsx";

/** What would happen to a saga of a definition. What decides it is loaded only here: the first load of the page stays small. */
export function WhatIfView(): VNode {
  const name = useRoute().params["name"] ?? "";
  const found = useLoaded("what-if", async () => {
    const [versions, { WhatIf }] = await Promise.all([readAllVersions(), import("./what-if.tsx")]);
    return { versions, WhatIf };
  });
  const loaded = found.value.value;
  return (
    <>
      {!loaded && <ViewTitle text={name} />}
      <Failure error={found.error.value} readAt={found.readAt.value} onAgain={found.reload} />
      {loaded && (
        <loaded.WhatIf key={name} versions={loaded.versions.filter(({ definition }) => definition === name)} name={name} />
      )}
    </>
  );
}
