// Demands with two ends, and limits on using items again.
import type { Problem } from "../lib/http";
import { CellChoice, CellField, Complaint, Field, focusSoon } from "./fields";
import { type Band, type Draft, IMPORTANCE, newKey, plain, type Supply } from "./model";
import { say } from "./words";

const KINDS = ["area_marks", "area", "importance", "words", "p_value", "information"] as const;
const ABILITIES = ["-2", "-1", "0", "1", "2"];
const READ_A_MINUTE = 300;
const REUSE = ["last_papers", "most_times_used", "max_uses", "most_shared"] as const;

type Kind = (typeof KINDS)[number];
type Options = readonly (readonly [string, string])[];

function namesOf(kind: string, supply: Supply): Options {
  if (kind === "area" || kind === "area_marks")
    return supply.areas.map((area) => [area.path, `${area.path} ${area.name}`] as const);
  if (kind === "importance") return IMPORTANCE.map((name) => [name, name] as const);
  if (kind === "information")
    return ABILITIES.map((name) => [name, say("ability", { name })] as const);
  return [];
}

/** What the bank has for a demand, in words. */
function hasWords(band: Band, supply: Supply, items: number): string {
  const { figures } = supply;
  if (band.kind === "area" || band.kind === "area_marks") {
    const count = supply.areas.find((area) => area.path === band.name)?.active ?? 0;
    return say("importance_has_only", { count });
  }
  if (band.kind === "importance")
    return say("importance_has_only", { count: supply.importance[band.name] ?? 0 });
  if (band.kind === "words") {
    const count = Math.round((figures.words ?? 0) * items);
    return say("words_has", { count, minutes: Math.ceil(count / READ_A_MINUTE) });
  }
  const known = say("figures_has", { known: figures.known, items: figures.items });
  if (band.kind !== "p_value" || figures.p_value === null) return known;
  return `${known} ${say("p_value_has", { mean: figures.p_value })}`;
}

interface BandsProps {
  supply: Supply;
  bands: Band[];
  set: (bands: Band[]) => void;
  items: number;
  problems: readonly Problem[];
}

export function Bands({ supply, bands, set, items, problems }: BandsProps) {
  const change = (row: number, values: Partial<Band>) =>
    set(bands.map((each, place) => (place === row ? { ...each, ...values } : each)));
  const withKind = (kind: string) => ({ kind, name: namesOf(kind, supply)[0]?.[0] ?? "" });
  const add = () => {
    set([...bands, { key: newKey(), ...withKind("area_marks"), low: "", high: "" }]);
    focusSoon(`bands.${bands.length}.kind`);
  };
  const kinds = KINDS.map((kind: Kind) => [kind, say(`band_${kind}`)] as const);
  return (
    <details class="paper-finer" open={bands.length > 0}>
      <summary>{say("bands")}</summary>
      <p class="form-text">{say("bands_hint")}</p>
      {bands.map((band, row) => {
        const number = row + 1;
        const of = say("of_band", { number });
        const names = namesOf(band.kind, supply);
        return (
          <div class="band-row" key={band.key}>
            <div>
              <CellChoice
                id={`bands.${row}.kind`}
                label={`${say("band_kind")}${say("joined")}${of}`}
                value={band.kind}
                set={(kind) => change(row, withKind(kind))}
                problems={problems}
                options={kinds}
              />
            </div>
            <div>
              {names.length > 0 && (
                <CellChoice
                  id={`bands.${row}.name`}
                  label={`${say("band_of")}${say("joined")}${of}`}
                  value={band.name}
                  set={(name) => change(row, { name })}
                  problems={problems}
                  options={names}
                />
              )}
            </div>
            {(["low", "high"] as const).map((end) => (
              <div key={end}>
                <CellField
                  id={`bands.${row}.${end}`}
                  label={`${say(`band_${end}`)}${say("joined")}${of}`}
                  hint={say(`band_${end}`)}
                  value={band[end]}
                  decimal
                  set={(typed) => change(row, { [end]: typed })}
                  problems={problems}
                />
              </div>
            ))}
            <button
              type="button"
              class="btn btn-sm btn-outline-secondary"
              aria-label={say("remove_band", { number })}
              title={say("remove_band", { number })}
              onClick={() => set(bands.filter((each) => each.key !== band.key))}
            >
              <span aria-hidden="true">✕</span>
            </button>
            <p class="form-text band-has">{hasWords(band, supply, items)}</p>
          </div>
        );
      })}
      <Complaint id="bands" problems={problems} />
      <button type="button" class="btn btn-sm btn-outline-primary" onClick={add}>
        {say("add_band")}
      </button>
    </details>
  );
}

interface ReuseProps {
  supply: Supply;
  draft: Draft;
  change: (values: Partial<Draft>) => void;
  problems: readonly Problem[];
}

export function Reuse({ supply, draft, change, problems }: ReuseProps) {
  const isAsked = Object.values(draft.reuse).some((typed) => plain(typed) !== "");
  return (
    <details class="paper-finer" open={isAsked}>
      <summary>{say("reuse")}</summary>
      <p class="form-text">{say("reuse_hint", { count: supply.figures.papers })}</p>
      <div class="field-row">
        {REUSE.map((name) => (
          <Field
            key={name}
            id={`reuse.${name}`}
            label={say(`reuse_${name}`)}
            value={draft.reuse[name] ?? ""}
            set={(typed) => change({ reuse: { ...draft.reuse, [name]: typed } })}
            problems={problems}
            numeric
            help={say(`reuse_${name}_hint`)}
          />
        ))}
      </div>
    </details>
  );
}
