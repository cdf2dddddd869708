import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { ApiError, signIn } from "../api/client.ts";
import { noteWho, session } from "../api/who.ts";
import { Dialog } from "../parts/dialog.tsx";
import { ViewTitle } from "../parts/view-title.tsx";
import { t } from "../texts/language.ts";

/** Asks for a token in place of every view. */
export function SignIn(): VNode {
  const texts = t.value.session;
  return (
    <section class="card sign-in">
      <ViewTitle text={texts.signIn} />
      {session.value?.signed_in === true && <p role="alert">{texts.mayNothing}</p>}
      <TokenForm />
    </section>
  );
}

/** Asks for a token above the view, which stays. A person who closes it is asked again: without a session there is nothing else. */
export function SignInAgain(): VNode {
  const closed = useSignal(0);
  return (
    <Dialog
      key={closed.value}
      title={t.value.session.signIn}
      onClose={() => {
        closed.value += 1;
      }}
    >
      <p class="notice notice-bad" role="alert">
        {t.value.error.signedOut}
      </p>
      <div class="sign-in">
        <TokenForm />
      </div>
    </Dialog>
  );
}

/** The token goes into a cookie that no script reads, and nowhere else. */
function TokenForm(): VNode {
  const texts = t.value.session;
  const token = useSignal("");
  const problem = useSignal<string | undefined>(undefined);
  const enter = async () => {
    try {
      noteWho(await signIn(token.value));
    } catch (error) {
      problem.value =
        error instanceof ApiError && error.status === 401
          ? texts.refused
          : String(error instanceof Error ? error.message : error);
    }
  };
  return (
    <>
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
    </>
  );
}
