import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import { fieldsOf, type JsonField, objectBySchema, WHOLE, type Written } from "../model/json-form.ts";
import { t } from "../texts/language.ts";

interface JsonFormProps {
  /** What the object is, for people. */
  readonly legend: string;
  /** Before the ids of its fields. */
  readonly id: string;
  readonly schema: Readonly<Record<string, unknown>> | undefined;
  readonly written: Signal<Written>;
  /** Whether a person tried to go on, so that what is missing is shown. */
  readonly hasTried: boolean;
}

/** A form for an object: a field for each member that its JSON Schema has; one for its JSON where there is no such schema. */
export function JsonForm({ legend, id, schema, written, hasTried }: JsonFormProps): VNode {
  const fields = fieldsOf(schema) ?? [whole];
  const made = objectBySchema(schema, written.value);
  const wrong = "wrong" in made ? made.wrong : [];
  return (
    <fieldset class="json-form">
      <legend>{legend}</legend>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          id={`${id}-${field.name || "json"}`}
          text={written.value[field.name] ?? ""}
          isWrong={wrong.includes(field.name)}
          hasTried={hasTried}
          onWrite={(text) => {
            written.value = { ...written.value, [field.name]: text };
          }}
        />
      ))}
    </fieldset>
  );
}

const whole: JsonField = { name: WHOLE, kind: "json", isRequired: false, about: undefined, choices: [] };

interface FieldProps {
  readonly field: JsonField;
  readonly id: string;
  readonly text: string;
  readonly isWrong: boolean;
  readonly hasTried: boolean;
  readonly onWrite: (text: string) => void;
}

function Field({ field, id, text, isWrong, hasTried, onWrite }: FieldProps): VNode {
  const { name, isRequired, about } = field;
  // An empty field is told of only when a person wants to go on.
  const isShown = isWrong && (hasTried || text.trim() !== "");
  const hint = isShown ? wrongText(field, text) : about;
  return (
    <p class="field">
      <label for={id}>{labelOf(name, isRequired)}</label>
      <Control field={field} id={id} text={text} isInvalid={isShown} hintId={hint && `${id}-hint`} onWrite={onWrite} />
      {hint !== undefined && (
        <span id={`${id}-hint`} class={isShown ? "tone-bad small" : "quiet small"}>
          {hint}
        </span>
      )}
    </p>
  );
}

function labelOf(name: string, isRequired: boolean): string {
  const texts = t.value.repair.fields;
  if (name === WHOLE) return texts.json;
  return isRequired ? name : texts.optional(name);
}

interface ControlProps extends Pick<FieldProps, "field" | "id" | "text" | "onWrite"> {
  readonly isInvalid: boolean;
  readonly hintId: string | undefined;
}

function Control({ field, id, text, isInvalid, hintId, onWrite }: ControlProps): VNode {
  const shared = { id, value: text, "aria-invalid": isInvalid, "aria-describedby": hintId };
  switch (field.kind) {
    case "yes-no":
    case "choice":
      return (
        <select {...shared} onChange={({ currentTarget }) => onWrite(currentTarget.value)}>
          <option value="">{t.value.repair.fields.none}</option>
          {optionsOf(field).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      );
    case "json":
      return <textarea {...shared} class="mono" rows={3} onInput={({ currentTarget }) => onWrite(currentTarget.value)} />;
    case "text":
    case "integer":
    case "number":
      return (
        <input
          {...shared}
          class="mono"
          inputMode={inputModes[field.kind]}
          autocomplete="off"
          onInput={({ currentTarget }) => onWrite(currentTarget.value)}
        />
      );
  }
}

const inputModes = { text: "text", integer: "numeric", number: "decimal" } as const;

function optionsOf({ kind, choices }: JsonField): readonly (readonly [string, string])[] {
  const { yes, no } = t.value.repair.fields;
  if (kind === "choice") return choices.map((choice) => [choice, choice]);
  return [
    ["true", yes],
    ["false", no],
  ];
}

function wrongText({ name, kind }: JsonField, text: string): string {
  const { missing, wrong, jsonWrong } = t.value.repair.fields;
  if (name === WHOLE) return jsonWrong;
  return text.trim() === "" ? missing : wrong[kind];
}
