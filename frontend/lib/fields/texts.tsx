// Numbers with their unit, and blanks inside the stem.
import { filledTexts, withText } from "./answers";
import { type FieldProps, useChange, words } from "./field";
import { TextField } from "./text";

const LONGEST_NUMBER = 100;
// Far below the 64 KB of an answer: a line that carries more would be cut.
const LONGEST_TEXT = 2000;

export function Numeric(props: FieldProps) {
  const { item, answer } = props;
  const change = useChange(props);
  const say = words(props);
  const label = item.unit
    ? `${say("yourAnswer")}（${say("unit", { unit: item.unit })}）`
    : say("yourAnswer");
  return (
    <div class="numeric">
      <span aria-hidden="true">{say("yourAnswer")}</span>
      <TextField
        value={typeof answer === "string" ? answer : ""}
        label={label}
        longest={LONGEST_NUMBER}
        mode={item.units ? "text" : "decimal"}
        testId="numeric"
        onText={(text) => change(() => (text.trim() === "" ? null : text))}
      />
      {item.unit && (
        <span class="unit" aria-hidden="true">
          {item.unit}
        </span>
      )}
      <NumberTold {...props} />
    </div>
  );
}

/** To how many decimals, and which units may be typed. */
function NumberTold(props: FieldProps) {
  const { decimals, unit, units } = props.item;
  const say = words(props);
  if (decimals === undefined && !units) return null;
  return (
    <small class="number-told">
      {decimals === 0 && say("roundedWhole")}
      {Boolean(decimals) && say("rounded", { count: decimals ?? 0 })}{" "}
      {units && say("unitsToo", { units: [unit, ...units].join(", "), unit: unit ?? "" })}
    </small>
  );
}

/** That all blanks must be right, and whose order is free. */
export function BlanksTold(props: FieldProps) {
  const { whole, groups } = props.item;
  const say = words(props);
  if (!whole && !groups?.length) return null;
  return (
    <p class="marking-told">
      {whole && say("allBlanks")}{" "}
      {(groups ?? []).map((group) => say("anyOrder", { blanks: group.join(", ") })).join(" ")}
    </p>
  );
}

export function Blank(props: FieldProps & { blank: string }) {
  const { answer, blank } = props;
  const change = useChange(props);
  return (
    <TextField
      value={filledTexts(answer)[blank] ?? ""}
      label={words(props)("blank", { blank })}
      longest={LONGEST_TEXT}
      testId={`blank-${blank}`}
      onText={(text) => change((now) => withText(now, blank, text))}
    />
  );
}
