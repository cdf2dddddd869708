import { render, type VNode } from "preact";
import { LocationProvider, Route, Router } from "preact-iso";
import { followLab } from "./model/lab-store.ts";
import { LabFrame, labPaths } from "./parts/lab-frame.tsx";
import { BreakIt } from "./views/break-it.tsx";
import { Lesson } from "./views/lesson.tsx";

function Lab(): VNode {
  return (
    <LocationProvider scope={labPaths.home}>
      <LabFrame>
        <Router>
          <Route path={`${labPaths.home}/lessons/:name`} component={Lesson} />
          <Route default component={BreakIt} />
        </Router>
      </LabFrame>
    </LocationProvider>
  );
}

const place = document.getElementById("lab");
if (place) render(<Lab />, place);
followLab();
