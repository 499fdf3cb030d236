// The rows of each item type, in the look of the paper; the key is a tick at the option.
import { editors } from "types:editor";
import { say } from "../words";
import { Marking, Points } from "./marking";
import {
  type Blank,
  type Body,
  BY_OPTION,
  blanksOf,
  freshRow,
  LETTERS,
  moved,
  OWN,
  type Row,
  rightRows,
} from "./model";
import { Rich } from "./rich";
import { Original, OriginalOnly, RowTools, type Update } from "./rows";
import { language } from "./state";

export interface BodyProps {
  body: Body;
  /** Where its places begin: nothing, or ``parts.2.`` of an item set. */
  inside: string;
  update: Update;
}

export function BodyFields({ body, inside, update }: BodyProps) {
  const type = editors[body.type];
  const hasMaterial = Boolean(type?.hasMaterial);
  const own = body.stem[OWN] ?? "";
  const write = (html: string) =>
    update((next) => {
      next.stem = { ...next.stem, [language.value]: html };
      if (type?.hasBlanks && language.value === OWN) next.blanks = blanksOf(html, next.blanks);
    });
  return (
    <>
      <section class="paper-stem">
        <h2 class="paper-label">{say(hasMaterial ? "material" : "stem")}</h2>
        <Original html={own} isEmpty={!body.stem[language.value]} copy={write} />
        <Rich
          where={placed(inside, "stem")}
          label={say(hasMaterial ? "material" : "stem")}
          placeholder={say(hasMaterial ? "materialHere" : "stemHere")}
          html={body.stem[language.value] ?? ""}
          language={language.value}
          mayHaveBlanks={Boolean(type?.hasBlanks)}
          onChange={write}
        />
      </section>
      <TypeFields body={body} inside={inside} update={update} />
    </>
  );
}

/** A place as problems name it: in a translation it stands under the language. */
export function placed(inside: string, name: string): string {
  return language.value === OWN
    ? `${inside}${name}`
    : `translations.${language.value}.${inside}${name}`;
}

function TypeFields(props: BodyProps) {
  const type = editors[props.body.type];
  return type ? <type.Fields {...props} /> : null;
}

export function Options({ body, inside, update }: BodyProps) {
  const isOrdering = body.type === "ordering";
  const asked = body.type === "single" ? "tickRight" : "tickAll";
  const words = isOrdering
    ? say("ordering")
    : `${say("options")} · ${say(body.policy === BY_OPTION ? "givePoints" : asked)}`;
  return (
    <fieldset class="paper-options" data-where={`${inside}key`}>
      <legend class="paper-label" data-where={`${inside}options`} tabIndex={-1}>
        {words}
      </legend>
      {body.rows.map((row, place) => (
        <Option key={row.key} row={row} place={place} body={body} inside={inside} update={update} />
      ))}
      <OriginalOnly>
        <div class="paper-adds">
          <button
            class="btn btn-sm btn-outline-primary"
            type="button"
            data-testid={`${inside}add-option`}
            onClick={() => update((next) => next.rows.push(freshRow()))}
          >
            + {say(isOrdering ? "addStep" : "addOption")}
          </button>
          {isOrdering ? (
            <PartMarks body={body} update={update} />
          ) : (
            <Marking body={body} inside={inside} update={update} />
          )}
        </div>
      </OriginalOnly>
    </fieldset>
  );
}

export function PartMarks({ body, update }: { body: Body; update: Update }) {
  return (
    <label class="form-check">
      <input
        type="checkbox"
        class="form-check-input"
        checked={body.partMarks}
        onChange={(event) => {
          const { checked } = event.currentTarget;
          update((next) => {
            next.partMarks = checked;
          });
        }}
      />{" "}
      {say("partMarks")}
    </label>
  );
}

function Option({ row, place, body, inside, update }: BodyProps & { row: Row; place: number }) {
  const letter = LETTERS[place] ?? "";
  const isOrdering = body.type === "ordering";
  const name = say(isOrdering ? "step" : "option", { letter });
  const put = (html: string) => update((next) => write(next.rows, row.key, html));
  const isByOption = body.policy === BY_OPTION;
  const isRight = rightRows(body).has(row.key);
  const tick = (checked: boolean) =>
    update((next) => {
      for (const each of next.rows) {
        if (each.key === row.key) each.right = checked;
        else if (body.type === "single") each.right = false;
      }
    });
  return (
    <div class={`paper-option${isRight ? " is-key" : ""}`}>
      {isByOption && <Points row={row} letter={letter} inside={inside} update={update} />}
      {!isOrdering && !isByOption && (
        <input
          type={body.type === "single" ? "radio" : "checkbox"}
          class="form-check-input paper-tick"
          name={`${body.key}-key`}
          checked={row.right}
          disabled={language.value !== OWN}
          aria-label={say("right", { letter })}
          title={say("right", { letter })}
          data-testid={`${inside}tick-${letter}`}
          onChange={(event) => tick(event.currentTarget.checked)}
        />
      )}
      <span class="row-letter" aria-hidden="true">
        {letter}
      </span>
      <div class="paper-option-text">
        <Original html={row.said[OWN] ?? ""} isEmpty={!row.said[language.value]} copy={put} />
        <Rich
          where={placed(inside, `options.${letter}`)}
          label={name}
          placeholder={isOrdering ? name : say("optionHere", { letter })}
          html={row.said[language.value] ?? ""}
          language={language.value}
          isShort
          onChange={put}
          onEnter={() => next(inside, place, update)}
        />
      </div>
      <OriginalOnly>
        <RowTools
          name={name}
          onUp={
            place > 0
              ? () => update((b) => Object.assign(b, { rows: moved(b.rows, place, -1) }))
              : null
          }
          onDown={
            place < body.rows.length - 1
              ? () => update((b) => Object.assign(b, { rows: moved(b.rows, place, 1) }))
              : null
          }
          onRemove={() =>
            update((b) => Object.assign(b, { rows: b.rows.filter((each) => each.key !== row.key) }))
          }
          fixed={row.fixed}
          onFixed={(fixed) =>
            update((b) => {
              const own = b.rows.find((each) => each.key === row.key);
              if (own) own.fixed = fixed;
            })
          }
        />
      </OriginalOnly>
    </div>
  );
}

/** Enter in an option: on to the next one, which is made after the last. */
function next(inside: string, place: number, update: Update): void {
  const where = placed(inside, `options.${LETTERS[place + 1]}`);
  const following = () =>
    document.querySelector<HTMLElement>(`[data-where="${where}"] [contenteditable=true]`);
  const there = following();
  if (there) {
    there.focus(); // at once: the next key belongs to it already
    return;
  }
  if (language.value === OWN) update((each) => void each.rows.push(freshRow()));
  queueMicrotask(() => following()?.focus()); // after the drawing, before the next key
}

export function write(rows: Row[], key: string, html: string): void {
  const row = rows.find((each) => each.key === key);
  if (row) row.said = { ...row.said, [language.value]: html };
}

export function Judgement({ body, inside, update }: BodyProps) {
  const words = [say("isTrue"), say("isFalse")];
  return (
    <fieldset class="paper-options" data-where={`${inside}key`}>
      <legend class="paper-label">{say("statement")}</legend>
      {body.rows.map((row, place) => (
        <label class={`paper-option${row.right ? " is-key" : ""}`} key={row.key}>
          <input
            type="radio"
            class="form-check-input paper-tick"
            name={`${body.key}-key`}
            checked={row.right}
            disabled={language.value !== OWN}
            data-testid={`${inside}tick-${LETTERS[place]}`}
            onChange={() =>
              update((each) => {
                for (const other of each.rows) other.right = other.key === row.key;
              })
            }
          />
          <span>{words[place]}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface TextFieldProps {
  where: string;
  label: string;
  value: string;
  isOff?: boolean;
  mode?: "decimal";
  help?: string;
  onInput: (text: string) => void;
}

export function TextField({ where, label, value, isOff, mode, help, onInput }: TextFieldProps) {
  return (
    <label class="paper-field">
      <span class="form-label">{label}</span>
      <input
        class="form-control form-control-sm"
        data-where={where}
        data-testid={`field-${where}`}
        inputMode={mode}
        autocomplete="off"
        disabled={isOff}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {help && <span class="form-text">{help}</span>}
    </label>
  );
}

export function Blanks({ body, inside, update }: BodyProps) {
  const set = (id: string, accepted: string) =>
    update((next) => {
      next.blanks = next.blanks.map((blank: Blank) => (blank.id === id ? { id, accepted } : blank));
    });
  return (
    <fieldset class="paper-blanks" data-where={`${inside}blanks`}>
      <legend class="paper-label">{say("blanks")}</legend>
      {body.blanks.length === 0 && <p class="shown-note">{say("noBlanks")}</p>}
      {body.blanks.map((blank) => (
        <TextField
          key={blank.id}
          where={`${inside}key.blanks.${blank.id}`}
          label={say("blankAccepts", { blank: blank.id })}
          value={blank.accepted}
          isOff={language.value !== OWN}
          onInput={(text) => set(blank.id, text)}
        />
      ))}
      <p class="form-text">{say("blankHelp")}</p>
      <label class="form-check">
        <input
          type="checkbox"
          class="form-check-input"
          checked={body.caseSensitive}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            update((next) => Object.assign(next, { caseSensitive: checked }));
          }}
        />{" "}
        {say("caseSensitive")}
      </label>
      <OriginalOnly>
        <label class="form-check">
          <input
            type="checkbox"
            class="form-check-input"
            data-testid={`${inside}all-blanks`}
            checked={body.isWhole}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              update((next) => Object.assign(next, { isWhole: checked }));
            }}
          />{" "}
          {say("allBlanks")}
        </label>
        {body.blanks.length > 1 && (
          <TextField
            where={`${inside}key.groups`}
            label={say("blankGroups")}
            value={body.groups ?? ""}
            help={say("blankGroupsHelp")}
            onInput={(text) => update((next) => Object.assign(next, { groups: text }))}
          />
        )}
      </OriginalOnly>
    </fieldset>
  );
}
