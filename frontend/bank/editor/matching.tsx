// Matching: two columns; each left row says which right one it goes with.
import { say } from "../words";
import { type BodyProps, PartMarks, placed, write } from "./fields";
import { freshRow, LETTERS, moved, OWN, type Row } from "./model";
import { Rich } from "./rich";
import { Original, OriginalOnly, RowTools } from "./rows";
import { language } from "./state";

type Side = "left" | "right";
const IDS: Record<Side, string> = { left: LETTERS.toLowerCase(), right: LETTERS };

export function Matching(props: BodyProps) {
  const { body, inside, update } = props;
  return (
    <div class="paper-matching" data-where={`${inside}key`}>
      <Column side="left" {...props} />
      <Column side="right" {...props} />
      <OriginalOnly>
        <fieldset class="paper-pairs" data-where={`${inside}key.pairs`}>
          {body.left.map((row, place) => (
            <label class="paper-field" key={row.key}>
              <span class="form-label">{say("pairedWith", { id: IDS.left[place] ?? "" })}</span>
              <select
                class="form-select form-select-sm"
                data-testid={`pair-${IDS.left[place]}`}
                value={body.pairs[row.key] ?? ""}
                onChange={(event) => {
                  const other = event.currentTarget.value;
                  update((next) => {
                    next.pairs = { ...next.pairs, [row.key]: other };
                  });
                }}
              >
                <option value="">{say("choosePair")}</option>
                {body.right.map((each, at) => (
                  <option value={each.key} key={each.key}>
                    {IDS.right[at]}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </fieldset>
        <div class="paper-adds">
          <label class="form-check">
            <input
              type="checkbox"
              class="form-check-input"
              data-where={`${inside}reuse`}
              checked={body.reuse}
              onChange={(event) => {
                const { checked } = event.currentTarget;
                update((next) => {
                  next.reuse = checked;
                });
              }}
            />{" "}
            {say("reuse")}
          </label>
          <PartMarks body={body} update={update} />
        </div>
      </OriginalOnly>
    </div>
  );
}

function Column({ side, body, inside, update }: BodyProps & { side: Side }) {
  const rows = body[side];
  const set = (next: Row[]) =>
    update((each) => {
      each[side] = next;
    });
  return (
    <fieldset class="paper-column">
      <legend class="paper-label" data-where={`${inside}${side}`} tabIndex={-1}>
        {say(side === "left" ? "leftColumn" : "rightColumn")}
      </legend>
      {rows.map((row, place) => (
        <div class="paper-option" key={row.key}>
          <span class="row-letter" aria-hidden="true">
            {IDS[side][place]}
          </span>
          <div class="paper-option-text">
            <Original
              html={row.said[OWN] ?? ""}
              isEmpty={!row.said[language.value]}
              copy={(html) => update((next) => write(next[side], row.key, html))}
            />
            <Rich
              where={placed(inside, `${side}.${IDS[side][place]}`)}
              label={say(side === "left" ? "left" : "rightRow", { id: IDS[side][place] ?? "" })}
              placeholder=""
              html={row.said[language.value] ?? ""}
              language={language.value}
              isShort
              onChange={(html) => update((next) => write(next[side], row.key, html))}
            />
          </div>
          <OriginalOnly>
            <RowTools
              name={say(side === "left" ? "left" : "rightRow", { id: IDS[side][place] ?? "" })}
              onUp={place > 0 ? () => set(moved(rows, place, -1)) : null}
              onDown={place < rows.length - 1 ? () => set(moved(rows, place, 1)) : null}
              onRemove={() => set(rows.filter((each) => each.key !== row.key))}
            />
          </OriginalOnly>
        </div>
      ))}
      <OriginalOnly>
        <button
          class="btn btn-sm btn-outline-primary"
          type="button"
          onClick={() => set([...rows, freshRow()])}
        >
          + {say(side === "left" ? "addLeft" : "addRight")}
        </button>
      </OriginalOnly>
    </fieldset>
  );
}
