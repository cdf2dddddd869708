import type { ComponentChildren, VNode } from "preact";
import { useLocation } from "preact-iso";
import type { Liveness } from "../api/live.ts";
import { leave, session } from "../api/who.ts";
import { chooseLanguage, language, t } from "../texts/language.ts";
import { paths } from "./paths.ts";
import { chooseKeys, chooseTheme, hasSingleKeys, theme, themes } from "./theme.ts";

const icons = {
  overview: "M4 20V11M10 20V4M16 20V14M22 20V8",
  sagas: "M4 6H22M4 12H22M4 18H22",
  repair: "M21 7A6 6 0 0 1 13 14L6 21 3 18 10 11A6 6 0 0 1 17 3L13.5 6.5 17.5 10.5Z",
  definitions: "M6 3V21M18 3V21M6 8H18M6 16H18",
} as const;

type View = keyof typeof icons;

const views: readonly View[] = ["overview", "sagas", "repair", "definitions"];

/** The side bar (a bar at the foot of a phone), and the view beside it. */
export function Frame({ children }: { readonly children: ComponentChildren }): VNode {
  const { path } = useLocation();
  const { nav, title } = t.value;
  const isAt = (view: View) => (view === "overview" ? path.replace(/\/$/, "") === paths.overview : path.startsWith(paths[view]));
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {nav.skip}
      </a>
      <header class="side">
        <a class="brand" href={paths.overview}>
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path class="tone-done" d="M7 3v17m0 0-3-3.5M7 20l3-3.5" />
            <path class="tone-undo" d="M17 21V4m0 0-3 3.5M17 4l3 3.5" />
            <path class="tone-quiet" d="M7 9h10M7 14h10" />
          </svg>
          {title}
        </a>
        <nav aria-label={nav.main}>
          <ul>
            {views.map((view) => (
              <li key={view}>
                <a href={paths[view]} aria-current={isAt(view) ? "page" : undefined}>
                  <svg viewBox="0 0 26 24" width="18" height="17" aria-hidden="true">
                    <path d={icons[view]} />
                  </svg>
                  {nav[view]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Settings />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** The language, the theme and the keys, and who looks. */
export function Settings(): VNode {
  const { settings } = t.value;
  return (
    <div class="settings">
      <fieldset class="segments" aria-label={settings.language}>
        {(["en", "fr"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={language.value === each}
            onClick={() => chooseLanguage(each)}
            lang={each}
          >
            {each.toUpperCase()}
          </button>
        ))}
      </fieldset>
      <fieldset class="segments" aria-label={settings.theme}>
        {themes.map((each) => (
          <button key={each} type="button" aria-pressed={theme.value === each} onClick={() => chooseTheme(each)}>
            {settings[each]}
          </button>
        ))}
      </fieldset>
      <label class="check small">
        <input
          type="checkbox"
          checked={hasSingleKeys.value}
          onChange={({ currentTarget }) => chooseKeys(currentTarget.checked)}
        />
        {settings.keys}
      </label>
      <Who />
    </div>
  );
}

function Who(): VNode | null {
  const who = session.value;
  const texts = t.value.session;
  if (!who || (who.needs_token && !who.signed_in)) return null;
  return (
    <div class="who small">
      {who.subject !== undefined && <strong>{who.subject}</strong>}
      <span class="quiet">
        {who.needs_token ? (who.may_operate ? texts.mayRepair : texts.mayRead) : who.read_only ? texts.mayRead : texts.open}
      </span>
      {who.needs_token && who.signed_in && (
        <button type="button" class="link" onClick={() => leave().catch(() => undefined)}>
          {texts.signOut}
        </button>
      )}
    </div>
  );
}

/** Whether the view is live, in a word. Its change is told to screen readers. */
export function LiveSign({ state }: { readonly state: Liveness }): VNode {
  return (
    <p class={`live live-${state} small`} role="status">
      <span class="dot" aria-hidden="true" />
      {t.value.live[state]}
    </p>
  );
}
