// A number and what is right near it: a tolerance or a range, decimals, units; drawn values.
import { say } from "../words";
import { type BodyProps, placed, TextField } from "./fields";
import { type Body, OWN } from "./model";
import { type NumericOwn, numericOf } from "./numeric_model";
import { OriginalOnly, type Update } from "./rows";
import { language } from "./state";

type Put = (change: Partial<NumericOwn>) => void;

function putting(update: Update): Put {
  return (change) =>
    update((next) => {
      next.own = { ...numericOf(next), ...change };
    });
}

export function NumericFields({ body, inside, update }: BodyProps) {
  const own = numericOf(body);
  const put = putting(update);
  const isRange = body.mode === "range";
  const set = (change: Partial<Body>) => update((next) => Object.assign(next, change));
  const isOff = language.value !== OWN;
  return (
    <>
      <div class="paper-facts">
        <Mode body={body} inside={inside} set={set} hasRange />
        {!isRange && (
          <TextField
            where={`${inside}key.value`}
            label={say("rightValue")}
            value={body.value}
            isOff={isOff}
            mode="decimal"
            onInput={(value) => set({ value })}
          />
        )}
        {isRange ? (
          <Range own={own} inside={inside} put={put} />
        ) : (
          <Tolerance body={body} inside={inside} set={set} />
        )}
        <UnitField body={body} inside={inside} update={update} />
        <Decimals own={own} inside={inside} put={put} />
      </div>
      <Units own={own} inside={inside} put={put} />
    </>
  );
}

export function CalculationFields({ body, inside, update }: BodyProps) {
  const own = numericOf(body);
  const put = putting(update);
  const set = (change: Partial<Body>) => update((next) => Object.assign(next, change));
  const text = (name: keyof NumericOwn, label: Parameters<typeof say>[0], where: string) => (
    <TextField
      where={`${inside}${where}`}
      label={say(label)}
      value={own[name]}
      onInput={(typed) => put({ [name]: typed })}
    />
  );
  return (
    <>
      <OriginalOnly>
        <Lines
          where={`${inside}key.parameters`}
          label={say("parameters")}
          help={say("parametersHelp")}
          value={own.parameters}
          onInput={(parameters) => put({ parameters })}
        />
        {text("formula", "formulaOfAnswer", "key.formula")}
        <p class="form-text">{say("formulaHelp")}</p>
        <Lines
          where={`${inside}key.conditions`}
          label={say("conditions")}
          help={say("conditionsHelp")}
          value={own.conditions}
          onInput={(conditions) => put({ conditions })}
        />
      </OriginalOnly>
      <div class="paper-facts">
        <UnitField body={body} inside={inside} update={update} />
        <Decimals own={own} inside={inside} put={put} />
        <OriginalOnly>
          {text("exact", "exactDecimals", "key.exact_decimals")}
          {text("least", "answerLeast", "key.least")}
          {text("most", "answerMost", "key.most")}
          {text("pi", "piIs", "key.pi")}
          <Mode body={body} inside={inside} set={set} />
          <Tolerance body={body} inside={inside} set={set} />
        </OriginalOnly>
      </div>
      <Units own={own} inside={inside} put={put} />
    </>
  );
}

interface Part {
  own: NumericOwn;
  inside: string;
  put: Put;
}

interface BodyPart {
  body: Body;
  inside: string;
  set: (change: Partial<Body>) => void;
}

function Mode({ body, inside, set, hasRange }: BodyPart & { hasRange?: boolean }) {
  return (
    <label class="paper-field">
      <span class="form-label">{say("toleranceIs")}</span>
      <select
        class="form-select form-select-sm"
        data-where={`${inside}key.tolerance_mode`}
        data-testid={`${inside}tolerance-mode`}
        disabled={language.value !== OWN}
        value={body.mode}
        onChange={(event) => set({ mode: event.currentTarget.value as Body["mode"] })}
      >
        <option value="absolute">{say("absolute")}</option>
        <option value="relative">{say("relative")}</option>
        {hasRange && <option value="range">{say("inRange")}</option>}
      </select>
    </label>
  );
}

function Tolerance({ body, inside, set }: BodyPart) {
  return (
    <TextField
      where={`${inside}key.tolerance`}
      label={`${say("tolerance")} ±`}
      value={body.tolerance}
      isOff={language.value !== OWN}
      mode="decimal"
      onInput={(tolerance) => set({ tolerance })}
    />
  );
}

function Range({ own, inside, put }: Part) {
  const end = (name: "least" | "most") => (
    <TextField
      where={`${inside}key.${name}`}
      label={say(name === "least" ? "rangeLeast" : "rangeMost")}
      value={own[name]}
      isOff={language.value !== OWN}
      mode="decimal"
      onInput={(typed) => put({ [name]: typed })}
    />
  );
  return (
    <>
      {end("least")}
      {end("most")}
      <label class="paper-field">
        <span class="form-label">{say("rangeOpen")}</span>
        <select
          class="form-select form-select-sm"
          data-where={`${inside}key.open`}
          disabled={language.value !== OWN}
          value={own.open}
          onChange={(event) => put({ open: event.currentTarget.value })}
        >
          <option value="">{say("openNone")}</option>
          <option value="least">{say("openLeast")}</option>
          <option value="most">{say("openMost")}</option>
          <option value="both">{say("openBoth")}</option>
        </select>
      </label>
    </>
  );
}

function UnitField({ body, inside, update }: BodyProps) {
  return (
    <TextField
      where={placed(inside, "unit")}
      label={say("unit")}
      value={body.unit[language.value] ?? ""}
      onInput={(text) =>
        update((next) => Object.assign(next, { unit: { ...next.unit, [language.value]: text } }))
      }
    />
  );
}

function Decimals({ own, inside, put }: Part) {
  return (
    <TextField
      where={`${inside}decimals`}
      label={say("decimals")}
      value={own.decimals}
      isOff={language.value !== OWN}
      mode="decimal"
      onInput={(decimals) => put({ decimals })}
    />
  );
}

function Units({ own, inside, put }: Part) {
  return (
    <OriginalOnly>
      <Lines
        where={`${inside}key.units`}
        label={say("unitsAllowed")}
        help={say("unitsHelp")}
        value={own.units}
        onInput={(units) => put({ units })}
      />
    </OriginalOnly>
  );
}

interface LinesProps {
  where: string;
  label: string;
  help: string;
  value: string;
  onInput: (text: string) => void;
}

function Lines({ where, label, help, value, onInput }: LinesProps) {
  return (
    <label class="paper-field">
      <span class="form-label">{label}</span>
      <textarea
        class="form-control form-control-sm"
        rows={2}
        data-where={where}
        data-testid={`field-${where}`}
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span class="form-text">{help}</span>
    </label>
  );
}
