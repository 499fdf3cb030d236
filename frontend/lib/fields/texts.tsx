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
        mode="decimal"
        testId="numeric"
        onText={(text) => change(() => (text.trim() === "" ? null : text))}
      />
      {item.unit && (
        <span class="unit" aria-hidden="true">
          {item.unit}
        </span>
      )}
    </div>
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
