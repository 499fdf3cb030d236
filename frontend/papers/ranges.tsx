// Items per range: the blueprint's weights, what the bank has, what a form asks, the sum.
import { useState } from "preact/hooks";
import type { Problem } from "../lib/http";
import { CellField, Complaint } from "./fields";
import { type Area, askedBelow, byWeights, counted, type Supply, tops } from "./model";
import { say } from "./words";

const SHOWN_TIERS = 2;

interface Props {
  supply: Supply;
  counts: Record<string, string>;
  set: (counts: Record<string, string>) => void;
  items: number;
  forms: number;
  problems: readonly Problem[];
  tell: (words: string) => void;
}

export function Ranges({ supply, counts, set, items, forms, problems, tell }: Props) {
  const [isDeep, setDeep] = useState(false);
  const hasDeeper = supply.areas.some((area) => area.tier > SHOWN_TIERS);
  const shown = supply.areas.filter(
    (area) => isDeep || area.tier <= SHOWN_TIERS || (counts[area.path] ?? "") !== "",
  );
  const fill = () => {
    const offered = supply.areas.filter((area) => isDeep || area.tier <= SHOWN_TIERS);
    const shared = byWeights(offered, items);
    if (!Object.keys(shared).length) return tell(say("no_weights"));
    set(shared);
    tell(say("filled", { count: items }));
  };
  const clear = () => {
    set({});
    tell(say("cleared"));
  };
  return (
    <section aria-labelledby="ranges-title">
      <h2 id="ranges-title">{say("ranges")}</h2>
      <p class="form-text">{say("ranges_hint")}</p>
      <div class="paper-acts">
        <button type="button" class="btn btn-outline-primary" id="fill-by-weights" onClick={fill}>
          {say("fill")}
        </button>
        <button type="button" class="btn btn-link" onClick={clear}>
          {say("clear")}
        </button>
        {hasDeeper && (
          <label class="form-check">
            <input
              class="form-check-input"
              type="checkbox"
              checked={isDeep}
              onChange={(event) => setDeep(event.currentTarget.checked)}
            />{" "}
            {say("deeper")}
          </label>
        )}
      </div>
      <Complaint id="areas" problems={problems} />
      <table class="table-work paper-ranges">
        <thead>
          <tr>
            <th>{say("range")}</th>
            <th class="number">{say("weight")}</th>
            <th class="number">{say("has")}</th>
            <th class="number">{say("asked")}</th>
            <th>
              <span class="visually-hidden">{say("needed")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((area) => (
            <RangeRow
              key={area.path}
              {...{ area, counts, forms, problems }}
              set={(typed) => set({ ...counts, [area.path]: typed })}
            />
          ))}
        </tbody>
      </table>
      <RangeSum counts={counts} items={items} />
    </section>
  );
}

interface RowProps {
  area: Area;
  counts: Record<string, string>;
  forms: number;
  set: (typed: string) => void;
  problems: readonly Problem[];
}

function RangeRow({ area, counts, forms, set, problems }: RowProps) {
  const typed = counts[area.path] ?? "";
  const below = askedBelow(counts, area.path);
  const count = counted(typed) ?? below;
  const missing = count === null ? 0 : count * forms - area.active;
  const own = counted(typed);
  return (
    <tr class={`tier-${Math.min(area.tier, 4)}`}>
      <th scope="row" class="range-name">
        <span class="range-path">{area.path}</span> {area.name}
      </th>
      <td class="number">{area.weight ?? "–"}</td>
      <td class="number">{area.active}</td>
      <td class="paper-count">
        <CellField
          id={`areas.${area.path}`}
          label={say("asked_in", { path: area.path })}
          value={typed}
          numeric
          set={set}
          problems={problems}
        />
      </td>
      <td class="range-says">
        {own === null && below !== null && (
          <span class="soft">{say("below", { count: below })} </span>
        )}
        {own !== null && below !== null && below > own && (
          <span class="state-danger">✕ {say("below_more", { below, count: own })}</span>
        )}
        {count !== null &&
          (missing > 0 ? (
            <span class="state-danger">✕ {say("missing", { count: missing })}</span>
          ) : (
            <span class="state-ok">
              ✓<span class="visually-hidden"> {say("enough")}</span>
            </span>
          ))}
      </td>
    </tr>
  );
}

function RangeSum({ counts, items }: { counts: Record<string, string>; items: number }) {
  const sum = tops(counts);
  const isAsked = Object.values(counts).some((typed) => counted(typed) !== null);
  const difference = Math.abs(items - sum);
  if (!isAsked) return <p class="paper-line">{say("sum_none", { items })}</p>;
  if (sum === items) return <p class="paper-line state-ok">✓ {say("sum_right", { sum, items })}</p>;
  if (sum < items) return <p class="paper-line">{say("sum_less", { sum, items, difference })}</p>;
  return <p class="paper-line state-danger">✕ {say("sum_more", { sum, items, difference })}</p>;
}
