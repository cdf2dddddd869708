import { type Signal, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { session } from "../api/who.ts";
import { t } from "../texts/language.ts";
import { kept } from "./kept.ts";

const NOTE_MAX = 2_000;
const NAME_MAX = 200;

interface NoteFieldProps {
  readonly id: string;
  readonly note: Signal<string>;
  /** Whether a person tried to go on without one. */
  readonly hasTried: boolean;
  /** Default: what was seen, kept with a saga. */
  readonly texts?: NoteTexts;
}

interface NoteTexts {
  readonly note: string;
  readonly noteHint: string;
  readonly noteMissing: string;
}

/** What a person saw, which must be written; and his name, where nobody signs in. */
export function NoteField({ id, note, hasTried, texts = t.value.desk }: NoteFieldProps): VNode {
  const isMissing = hasTried && note.value.trim() === "";
  return (
    <>
      <p class="field">
        <label for={id}>{texts.note}</label>
        <textarea
          id={id}
          rows={3}
          maxLength={NOTE_MAX}
          required
          value={note.value}
          aria-invalid={isMissing}
          aria-describedby={`${id}-hint`}
          onInput={({ currentTarget }) => {
            note.value = currentTarget.value;
          }}
        />
        <span id={`${id}-hint`} class={isMissing ? "tone-bad small" : "quiet small"}>
          {isMissing ? texts.noteMissing : texts.noteHint}
        </span>
      </p>
      {isNobodyKnown() && <NameField id={`${id}-name`} />}
    </>
  );
}

/** Where tokens are configured, the API takes the name from the token. */
function isNobodyKnown(): boolean {
  return session.value?.subject === undefined;
}

/** The name that a person gave in this browser; empty where the API knows who it is. */
export function givenName(): string {
  return isNobodyKnown() ? (kept.get("name") ?? "").trim() : "";
}

function NameField({ id }: { readonly id: string }): VNode {
  const texts = t.value.repair;
  const name = useSignal(kept.get("name") ?? "");
  return (
    <p class="field">
      <label for={id}>{texts.yourName}</label>
      <input
        id={id}
        maxLength={NAME_MAX}
        autocomplete="name"
        value={name.value}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => {
          name.value = currentTarget.value;
          kept.set("name", currentTarget.value);
        }}
      />
      <span id={`${id}-hint`} class="quiet small">
        {texts.yourNameHint}
      </span>
    </p>
  );
}
