// Fields with their problem beside them; in a table the label is spoken only.
import type { Problem } from "../lib/http";
import { say } from "./words";

interface Typed {
  id: string;
  value: string;
  set: (value: string) => void;
  problems: readonly Problem[];
  label: string;
  /** What stands where nothing is typed. */
  hint?: string;
  decimal?: boolean;
  numeric?: boolean;
}

const saysAt = (problems: readonly Problem[], id: string) =>
  problems.filter((each) => each.where === id);

/** Move to a field that is about to be drawn: after the drawing and before the next key. */
export function focusSoon(id: string): void {
  queueMicrotask(() => document.getElementById(id)?.focus());
}

export function Complaint({ id, problems }: { id: string; problems: readonly Problem[] }) {
  const found = saysAt(problems, id);
  if (!found.length) return null;
  return (
    <span class="field-error" id={`${id}-error`}>
      {found.map((each) => each.message).join(" ")}
    </span>
  );
}

function inputOf({ id, value, set, problems, hint, decimal, numeric }: Typed, described: string[]) {
  const isWrong = saysAt(problems, id).length > 0;
  const says = [...described, ...(isWrong ? [`${id}-error`] : [])].join(" ");
  return {
    class: "form-control",
    id,
    value,
    autocomplete: "off",
    placeholder: hint,
    inputMode: decimal ? ("decimal" as const) : numeric ? ("numeric" as const) : undefined,
    "aria-invalid": isWrong ? ("true" as const) : undefined,
    "aria-describedby": says || undefined,
    onInput: (event: Event) => set((event.currentTarget as HTMLInputElement).value),
  };
}

/** A field with its label above and its help below. */
export function Field(props: Typed & { help?: string; optional?: boolean }) {
  const { id, label, help, optional, problems } = props;
  return (
    <div class="field">
      <label class="form-label" for={id}>
        {label}
        {optional && <span class="optional"> {say("optional")}</span>}
      </label>
      <input {...inputOf(props, help ? [`${id}-help`] : [])} />
      <Complaint id={id} problems={problems} />
      {help && (
        <div class="form-text" id={`${id}-help`}>
          {help}
        </div>
      )}
    </div>
  );
}

/** A field in a cell of a table. */
export function CellField(props: Typed) {
  return (
    <>
      <input {...inputOf(props, [])} aria-label={props.label} />
      <Complaint id={props.id} problems={props.problems} />
    </>
  );
}

export function CellChoice(
  props: Omit<Typed, "decimal" | "numeric"> & { options: readonly (readonly [string, string])[] },
) {
  const { id, value, set, problems, label, options } = props;
  const isWrong = saysAt(problems, id).length > 0;
  return (
    <>
      <select
        class="form-select"
        id={id}
        value={value}
        aria-label={label}
        aria-invalid={isWrong ? "true" : undefined}
        aria-describedby={isWrong ? `${id}-error` : undefined}
        onChange={(event) => set(event.currentTarget.value)}
      >
        {options.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
      <Complaint id={id} problems={problems} />
    </>
  );
}
