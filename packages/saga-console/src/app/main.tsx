import { render, type VNode } from "preact";
import { LocationProvider, Route, Router } from "preact-iso";
import { hasEnded, learnWho, session } from "./api/who.ts";
import { Frame } from "./parts/frame.tsx";
import { paths } from "./parts/paths.ts";
import { Bulk } from "./views/bulk.tsx";
import { Definitions } from "./views/definitions.tsx";
import { NoPage } from "./views/no-page.tsx";
import { Overview } from "./views/overview.tsx";
import { Repair } from "./views/repair.tsx";
import { SagaList } from "./views/saga-list.tsx";
import { SagaView } from "./views/saga-view.tsx";
import { SignIn, SignInAgain } from "./views/sign-in.tsx";
import { WhatIfView } from "./views/what-if-view.tsx";

const SESSION_AGAIN_MS = 3_000;

function Console(): VNode {
  const who = session.value;
  return (
    <LocationProvider scope={paths.overview}>
      <Frame>
        {who?.may_read === false ? (
          <SignIn />
        ) : (
          who && (
            // Hidden, and not gone, where the session ended: a person who signs in again goes on with what he wrote. Nobody else does.
            <div key={who.subject} hidden={hasEnded.value}>
              <Router>
                <Route path={paths.sagas} component={SagaList} />
                <Route path={`${paths.sagas}/:id`} component={SagaView} />
                <Route path={paths.repair} component={Repair} />
                <Route path={paths.bulk} component={Bulk} />
                <Route path={paths.definitions} component={Definitions} />
                <Route path={`${paths.definitions}/:name`} component={WhatIfView} />
                <Route path={paths.overview} component={Overview} />
                <Route default component={NoPage} />
              </Router>
            </div>
          )
        )}
        {hasEnded.value && <SignInAgain />}
      </Frame>
    </LocationProvider>
  );
}

/** The page is there before anybody answers, and asks again until somebody does. */
function begin(): void {
  learnWho().catch(() => setTimeout(begin, SESSION_AGAIN_MS));
}

const place = document.getElementById("console");
if (place) render(<Console />, place);
begin();
