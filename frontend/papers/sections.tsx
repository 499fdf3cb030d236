// The sections as rows: typed, added, moved and removed by mouse and keyboard, totals as one types.
import { useRef, useState } from "preact/hooks";
import type { Problem } from "../lib/http";
import { type Facts, otherLanguage, titled, titleOf } from "./facts";
import { CellChoice, CellField, Complaint, focusSoon } from "./fields";
import {
  hundredths,
  markWords,
  moved,
  newKey,
  plain,
  type Section,
  sectionMark,
  totals,
  WHOLE,
} from "./model";
import { say } from "./words";

interface Props {
  facts: Facts;
  language: string;
  rows: Section[];
  set: (rows: Section[]) => void;
  problems: readonly Problem[];
  tell: (words: string) => void;
}

export function Sections({ facts, language, rows, set, problems, tell }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const focus = (row: number, part: string) => focusSoon(`sections.${row}.${part}`);
  const change = (row: number, values: Partial<Section>) =>
    set(rows.map((each, place) => (place === row ? { ...each, ...values } : each)));
  const add = (after: number) => {
    const type = freeType(facts, rows);
    const fresh = {
      key: newKey(),
      type,
      title: titleOf(facts, type, language),
      count: "",
      mark: "1",
      pilots: "",
    };
    set([...rows.slice(0, after + 1), fresh, ...rows.slice(after + 1)]);
    tell(say("section_added", { number: after + 2 }));
    focus(after + 1, "type");
  };
  const remove = (row: number) => {
    set(rows.filter((_, place) => place !== row));
    tell(say("section_removed", { number: row + 1 }));
    if (rows.length > 1) focus(Math.min(row, rows.length - 2), "remove");
    else focusSoon("add-section");
  };
  const move = (row: number, by: number, part: string) => {
    const to = row + by;
    if (to < 0 || to >= rows.length) return;
    set(moved(rows, row, to));
    tell(say("section_moved", { number: to + 1 }));
    focus(to, part);
  };
  const stopDragging = () => {
    setDragged(null);
    setOver(null);
  };
  const drop = (to: number) => {
    if (dragged !== null && to !== dragged) move(dragged, to - dragged, "type");
    stopDragging();
  };
  const press = (event: KeyboardEvent, row: number) => {
    const field = event.target as HTMLElement;
    const part = field.id.split(".").slice(2).join(".") || "type";
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(row, event.key === "ArrowUp" ? -1 : 1, part);
    } else if (event.key === "Enter" && field instanceof HTMLInputElement) {
      event.preventDefault();
      if (!event.isComposing) add(row);
    }
  };
  const retype = (row: number, type: string) => {
    const old = rows[row];
    if (!old) return;
    const [usual] = titled(facts, [old], language);
    const isOwn = plain(old.title) !== "" && usual?.title !== old.title;
    change(
      row,
      isOwn ? { type } : { type, title: titleOf(facts, type, language), titles: undefined },
    );
  };
  return (
    <section aria-labelledby="sections-title">
      <h2 id="sections-title">{say("sections")}</h2>
      <p class="form-text" id="sections-hint">
        {say("sections_hint")}
      </p>
      <Complaint id="sections" problems={problems} />
      {rows.length === 0 ? (
        <p class="empty-state">{say("no_sections")}</p>
      ) : (
        <table class="table-work paper-rows" ref={table} aria-describedby="sections-hint">
          <thead>
            <tr>
              <th class="number">{say("number")}</th>
              <th>{say("type")}</th>
              <th>{say("section_title")}</th>
              <th class="number">{say("count")}</th>
              <th class="number">{say("mark")}</th>
              <th class="number">{say("pilots")}</th>
              <th class="number">{say("sum")}</th>
              <th>
                <span class="visually-hidden">{say("acts")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <Row
                key={row.key}
                {...{ facts, row, place, problems, language, last: rows.length - 1 }}
                mark={place === dragged ? "is-dragged" : place === over ? "is-over" : ""}
                drag={() => setDragged(place)}
                dragOver={() => dragged !== null && setOver(place)}
                drop={() => drop(place)}
                stopDragging={stopDragging}
                change={(values) => change(place, values)}
                retype={(type) => retype(place, type)}
                move={(by, part) => move(place, by, part)}
                remove={() => remove(place)}
                press={(event) => press(event, place)}
              />
            ))}
          </tbody>
        </table>
      )}
      <div class="paper-acts">
        <button
          type="button"
          id="add-section"
          class="btn btn-outline-primary"
          onClick={() => add(rows.length - 1)}
        >
          {say("add_section")}
        </button>
        <Total rows={rows} />
      </div>
    </section>
  );
}

/** A type that no section has yet, else the first. */
function freeType(facts: Facts, rows: readonly Section[]): string {
  const used = new Set(rows.map((each) => each.type));
  const free = facts.types.find((each) => !used.has(each.name)) ?? facts.types[0];
  return free?.name ?? "";
}

interface RowProps {
  facts: Facts;
  language: string;
  mark: string;
  row: Section;
  place: number;
  last: number;
  problems: readonly Problem[];
  change: (values: Partial<Section>) => void;
  retype: (type: string) => void;
  move: (by: number, part: string) => void;
  remove: () => void;
  press: (event: KeyboardEvent) => void;
  drag: () => void;
  dragOver: () => void;
  drop: () => void;
  stopDragging: () => void;
}

function Row({ facts, language, row, place, last, problems, mark, ...acts }: RowProps) {
  const at = `sections.${place}`;
  const number = place + 1;
  const label = (name: "type" | "section_title" | "count" | "pilots" | "mark") =>
    `${say(name)}, ${say("of_section", { number })}`;
  const other = otherLanguage(language);
  const otherName = say(other === "en" ? "title_in_en" : "title_in_zh");
  return (
    <tr
      class={mark}
      onKeyDown={acts.press}
      onDragOver={(event) => {
        event.preventDefault();
        acts.dragOver();
      }}
      onDrop={(event) => {
        event.preventDefault();
        acts.drop();
      }}
    >
      <td class="number">
        <Grip drag={acts.drag} stop={acts.stopDragging} /> {number}
      </td>
      <td>
        <CellChoice
          id={`${at}.type`}
          label={label("type")}
          value={row.type}
          set={acts.retype}
          problems={problems}
          options={facts.types.map((each) => [each.name, each.words])}
        />
      </td>
      <td class="paper-title">
        <CellField
          id={`${at}.title`}
          label={label("section_title")}
          value={row.title}
          set={(title) => acts.change({ title })}
          problems={problems}
        />
        <CellField
          id={`${at}.titles.${other}`}
          label={`${otherName}, ${say("of_section", { number })}`}
          hint={`${otherName}${say("colon")}${titleOf(facts, row.type, other)}`}
          value={row.titles?.[other] ?? ""}
          set={(title) => acts.change({ titles: { ...row.titles, [other]: title } })}
          problems={problems}
        />
      </td>
      <td class="paper-count">
        <CellField
          id={`${at}.count`}
          label={label("count")}
          value={row.count}
          numeric
          set={(count) => acts.change({ count })}
          problems={problems}
        />
      </td>
      <td class="paper-count">
        <CellField
          id={`${at}.mark`}
          label={label("mark")}
          value={row.mark}
          decimal
          set={(mark) => acts.change({ mark })}
          problems={problems}
        />
      </td>
      <td class="paper-count">
        <CellField
          id={`${at}.pilots`}
          label={label("pilots")}
          value={row.pilots}
          hint="0"
          numeric
          set={(pilots) => acts.change({ pilots })}
          problems={problems}
        />
      </td>
      <td class="number paper-sum">
        <Sum row={row} />
      </td>
      <td class="paper-buttons">
        <RowButton
          id={`${at}.up`}
          label={say("up", { number })}
          off={place === 0}
          act={() => acts.move(-1, "up")}
        >
          ↑
        </RowButton>
        <RowButton
          id={`${at}.down`}
          label={say("down", { number })}
          off={place === last}
          act={() => acts.move(1, "down")}
        >
          ↓
        </RowButton>
        <RowButton id={`${at}.remove`} label={say("remove", { number })} act={acts.remove}>
          ✕
        </RowButton>
      </td>
    </tr>
  );
}

/** Where a row is taken hold of by mouse; keys and buttons do the same. */
function Grip({ drag, stop }: { drag: () => void; stop: () => void }) {
  return (
    <span
      class="paper-grip"
      draggable
      title={say("drag")}
      aria-hidden="true"
      onDragStart={(event) => {
        event.dataTransfer?.setData("text/plain", "");
        const row = (event.target as Element).closest("tr");
        if (row) event.dataTransfer?.setDragImage(row, 0, 0);
        drag();
      }}
      onDragEnd={stop}
    >
      ⠿
    </span>
  );
}

function RowButton(props: {
  id: string;
  label: string;
  off?: boolean;
  act: () => void;
  children: string;
}) {
  return (
    <button
      type="button"
      id={props.id}
      class="btn btn-sm btn-outline-secondary"
      aria-label={props.label}
      title={props.label}
      aria-disabled={props.off ? "true" : undefined}
      onClick={() => !props.off && props.act()}
    >
      <span aria-hidden="true">{props.children}</span>
    </button>
  );
}

/** “80 items × 0.5 = 40 marks”, or a dash while something is missing. */
function Sum({ row }: { row: Section }) {
  const marks = sectionMark(row);
  if (marks === null) return <>–</>;
  return (
    <>
      {say("section_sum", {
        count: plain(row.count),
        mark: markWords(hundredths(row.mark) ?? 0),
        marks: markWords(marks),
      })}
    </>
  );
}

function Total({ rows }: { rows: readonly Section[] }) {
  const { items, marks, pilots } = totals(rows);
  if (!items) return null;
  const difference = markWords(Math.abs(marks - WHOLE));
  const key = marks > WHOLE ? "not_whole_more" : "not_whole_less";
  return (
    <div class="paper-total" role="status">
      <strong>{say("total", { sections: rows.length, items, marks: markWords(marks) })}</strong>
      {pilots > 0 && <span> {say("total_pilots", { pilots, all: items + pilots })}</span>}
      {marks === WHOLE ? (
        <span class="state-ok"> ✓ {say("whole")}</span>
      ) : (
        <span class="state-attention">
          {" "}
          ⚠ {say(key, { marks: markWords(marks), difference })} {say("not_whole_help")}
        </span>
      )}
    </div>
  );
}
