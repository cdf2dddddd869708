import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { ApiError, signIn } from "../api/client.ts";
import { session } from "../api/who.ts";
import { ViewTitle } from "../parts/view-title.tsx";
import { t } from "../texts/language.ts";

/** Asks for a token. It goes into a cookie that no script reads, and nowhere else. */
export function SignIn(): VNode {
  const texts = t.value.session;
  const token = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  const enter = async () => {
    try {
      session.value = await signIn(token.value);
    } catch (error) {
      problem.value =
        error instanceof ApiError && error.status === 401
          ? texts.refused
          : String(error instanceof Error ? error.message : error);
    }
  };
  const mayNothing = session.value?.signed_in === true;
  return (
    <section class="card sign-in">
      <ViewTitle text={texts.signIn} />
      {mayNothing && <p role="alert">{texts.mayNothing}</p>}
      <p class="quiet" id="sign-in-explains">
        {texts.explain}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          enter().catch(() => undefined);
        }}
      >
        <p class="field">
          <label for="token">{texts.token}</label>
          <input
            id="token"
            type="password"
            autoComplete="off"
            required
            value={token.value}
            aria-describedby="sign-in-explains"
            onInput={({ currentTarget }) => (token.value = currentTarget.value)}
          />
        </p>
        {problem.value !== undefined && (
          <p class="notice notice-bad" role="alert">
            {problem.value}
          </p>
        )}
        <button type="submit" class="primary">
          {texts.signIn}
        </button>
      </form>
    </section>
  );
}
