// Finer demands: one type in one range, importance, mean difficulty.
import { useState } from "preact/hooks";
import type { Problem } from "../lib/http";
import type { Facts } from "./facts";
import { CellChoice, CellField, Complaint, Field, focusSoon } from "./fields";
import { byRatio, type Cell, counted, type Draft, IMPORTANCE, newKey, type Supply } from "./model";
import { say } from "./words";

interface CellsProps {
  facts: Facts;
  supply: Supply;
  cells: Cell[];
  types: readonly string[];
  set: (cells: Cell[]) => void;
  problems: readonly Problem[];
}

export function Cells({ facts, supply, cells, types, set, problems }: CellsProps) {
  const change = (row: number, values: Partial<Cell>) =>
    set(cells.map((each, place) => (place === row ? { ...each, ...values } : each)));
  const add = () => {
    const area = supply.areas[0]?.path ?? "";
    set([...cells, { key: newKey(), area, type: types[0] ?? "single", count: "" }]);
    focusSoon(`cells.${cells.length}.area`);
  };
  const ranges = supply.areas.map((area) => [area.path, `${area.path} ${area.name}`] as const);
  const names = facts.types.map((each) => [each.name, each.words] as const);
  return (
    <details class="paper-finer" open={cells.length > 0}>
      <summary>{say("cells")}</summary>
      <p class="form-text">{say("cells_hint")}</p>
      {cells.map((cell, row) => {
        const number = row + 1;
        const of = say("of_cell", { number });
        return (
          <div class="cell-row" key={cell.key}>
            <div>
              <CellChoice
                id={`cells.${row}.area`}
                label={`${say("range")}, ${of}`}
                value={cell.area}
                set={(area) => change(row, { area })}
                problems={problems}
                options={ranges}
              />
            </div>
            <div>
              <CellChoice
                id={`cells.${row}.type`}
                label={`${say("type")}, ${of}`}
                value={cell.type}
                set={(type) => change(row, { type })}
                problems={problems}
                options={names}
              />
            </div>
            <div>
              <CellField
                id={`cells.${row}.count`}
                label={`${say("count")}, ${of}`}
                value={cell.count}
                numeric
                set={(count) => change(row, { count })}
                problems={problems}
              />
            </div>
            <button
              type="button"
              class="btn btn-sm btn-outline-secondary"
              aria-label={say("remove_cell", { number })}
              title={say("remove_cell", { number })}
              onClick={() => set(cells.filter((each) => each.key !== cell.key))}
            >
              <span aria-hidden="true">✕</span>
            </button>
          </div>
        );
      })}
      <button type="button" class="btn btn-sm btn-outline-primary" onClick={add}>
        {say("add_cell")}
      </button>
    </details>
  );
}

interface ImportanceProps {
  supply: Supply;
  draft: Draft;
  change: (values: Partial<Draft>) => void;
  items: number;
  problems: readonly Problem[];
}

export function ImportanceAndDifficulty(props: ImportanceProps) {
  const { supply, draft, change, items, problems } = props;
  const [ratio, setRatio] = useState("");
  const [isWrong, setWrong] = useState(false);
  const share = () => {
    const importance = byRatio(ratio, items);
    setWrong(importance === null);
    if (importance) change({ importance });
  };
  const hint = (name: string) => {
    const [count, asked] = [supply.importance[name] ?? 0, counted(draft.importance[name] ?? "")];
    if (asked === null || !items) return say("importance_has_only", { count });
    return say("importance_has", { count, share: Math.round((100 * asked) / items) });
  };
  const wrong = { where: "ratio", code: "ratio_wrong", message: say("ratio_wrong") };
  return (
    <section aria-labelledby="importance-title">
      <h2 id="importance-title">{say("importance")}</h2>
      <Complaint id="importance" problems={problems} />
      <div class="field-row">
        {IMPORTANCE.map((name) => (
          <Field
            key={name}
            id={`importance.${name}`}
            label={say("importance_count", { name })}
            value={draft.importance[name] ?? ""}
            set={(typed) => change({ importance: { ...draft.importance, [name]: typed } })}
            problems={problems}
            numeric
            help={hint(name)}
          />
        ))}
        <div class="share-out">
          <Field
            id="ratio"
            label={say("ratio")}
            value={ratio}
            set={setRatio}
            problems={isWrong ? [wrong] : []}
            help={say("ratio_hint")}
          />
          <button type="button" class="btn btn-outline-primary" onClick={share}>
            {say("ratio_fill")}
          </button>
        </div>
      </div>
      <div class="field-row">
        <Field
          id="difficulty_low"
          label={say("low")}
          value={draft.low}
          set={(low) => change({ low })}
          problems={problems}
          decimal
          optional
          help={
            supply.difficulty === null
              ? say("difficulty_hint_only")
              : say("difficulty_hint", { mean: supply.difficulty })
          }
        />
        <Field
          id="difficulty_high"
          label={say("high")}
          value={draft.high}
          set={(high) => change({ high })}
          problems={problems}
          decimal
          optional
        />
      </div>
    </section>
  );
}
