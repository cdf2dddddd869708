import type { VNode } from "preact";
import type { Definition } from "../api/replies.ts";
import { phases } from "../model/phases.ts";
import type { FilterName, SagaFilter } from "../model/saga-filter.ts";
import { t } from "../texts/language.ts";

interface SagaFiltersProps {
  readonly filter: SagaFilter;
  readonly definitions: readonly Definition[];
  readonly onChange: (filter: SagaFilter) => void;
}

/** The filters of the API. Each change is a change of the URL. */
export function SagaFilters({ filter, definitions, onChange }: SagaFiltersProps): VNode {
  const texts = t.value.list;
  const set = (name: FilterName, value: string) => {
    const rest = Object.fromEntries(Object.entries(filter.api).filter(([each]) => each !== name));
    onChange({ ...filter, api: value === "" ? rest : { ...rest, [name]: value } });
  };
  const select = (name: keyof typeof texts.any, label: string, options: readonly (readonly [string, string])[]) => (
    <Select
      id={name}
      label={label}
      any={texts.any[name]}
      value={filter.api[name] ?? ""}
      options={options}
      onChange={(value) => set(name, value)}
    />
  );
  const steps = [...new Set(definitions.flatMap((each) => each.steps.map(({ step }) => step)))];
  return (
    <search class="filters">
      <p class="field">
        <label for="text">{texts.search}</label>
        <input
          id="text"
          type="search"
          maxLength={200}
          placeholder={texts.searchHint}
          value={filter.api.text ?? ""}
          onChange={({ currentTarget }) => set("text", currentTarget.value)}
        />
      </p>
      {select(
        "definition",
        texts.definition,
        definitions.map(({ definition }) => [definition, definition]),
      )}
      {select("status", texts.status, Object.entries(t.value.statuses))}
      {select(
        "phase",
        texts.phase,
        phases.map((phase) => [phase, t.value.phases[phase] ?? phase]),
      )}
      {select(
        "step",
        texts.step,
        steps.map((step) => [step, step]),
      )}
      <p class="field">
        <label for="order">{texts.order}</label>
        <select
          id="order"
          value={filter.isOldestFirst ? "oldest" : "newest"}
          onChange={({ currentTarget }) => onChange({ ...filter, isOldestFirst: currentTarget.value === "oldest" })}
        >
          <option value="newest">{texts.newest}</option>
          <option value="oldest">{texts.oldest}</option>
        </select>
      </p>
    </search>
  );
}

interface SelectProps {
  readonly id: string;
  readonly label: string;
  /** The word for no choice. */
  readonly any: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

function Select({ id, label, any, value, options, onChange }: SelectProps): VNode {
  const isOffered = value === "" || options.some(([each]) => each === value);
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">{any}</option>
        {!isOffered && <option value={value}>{value}</option>}
        {options.map(([each, word]) => (
          <option key={each} value={each}>
            {word}
          </option>
        ))}
      </select>
    </p>
  );
}
