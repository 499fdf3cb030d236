// Beside the paper: per type what the bank has and what all forms together need.
import { type Facts, wordsOf } from "./facts";
import { askedTypes, counted, type Draft, type Supply } from "./model";
import { say } from "./words";

export type Looked = "none" | "loading" | "lost" | Supply;

interface Props {
  facts: Facts;
  draft: Draft;
  looked: Looked;
  forms: string;
  setForms: (forms: string) => void;
  lookAgain: () => void;
}

export function SupplyPanel({ facts, draft, looked, forms, setForms, lookAgain }: Props) {
  return (
    <aside class="paper-supply" aria-labelledby="supply-title">
      <h2 id="supply-title">{say("supply")}</h2>
      <label class="form-label" for="planned-forms">
        {say("forms")}
      </label>
      <input
        class="form-control"
        id="planned-forms"
        inputMode="numeric"
        value={forms}
        aria-describedby="planned-forms-help"
        onInput={(event) => setForms(event.currentTarget.value)}
      />
      <p class="form-text" id="planned-forms-help">
        {say("forms_hint")}
      </p>
      {looked === "none" && <p>{say("supply_none")}</p>}
      {looked === "loading" && <p role="status">{say("supply_loading")}</p>}
      {looked === "lost" && (
        <div class="notice notice-attention" role="alert">
          <div class="notice-body">
            <p>{say("supply_lost")}</p>
            <button type="button" class="btn btn-sm btn-outline-primary" onClick={lookAgain}>
              {say("again")}
            </button>
          </div>
        </div>
      )}
      {typeof looked === "object" && (
        <Types facts={facts} draft={draft} supply={looked} forms={counted(forms) ?? 1} />
      )}
    </aside>
  );
}

function Types(props: { facts: Facts; draft: Draft; supply: Supply; forms: number }) {
  const { facts, draft, supply, forms } = props;
  const asked = askedTypes(draft.sections);
  const needed = (type: string) => (asked.get(type) ?? 0) * forms;
  const types = facts.types
    .map((each) => each.name)
    .filter((type) => (supply.types[type] ?? 0) > 0 || asked.has(type));
  const short = types.filter((type) => needed(type) > (supply.types[type] ?? 0));
  const tried = [...askedTypes(draft.sections, "pilots")];
  return (
    <>
      <table class="table-work">
        <thead>
          <tr>
            <th>{say("type")}</th>
            <th class="number">{say("has")}</th>
            <th class="number">{say("needed")}</th>
          </tr>
        </thead>
        <tbody>
          {types.map((type) => {
            const missing = needed(type) - (supply.types[type] ?? 0);
            return (
              <tr key={type}>
                <th scope="row">{wordsOf(facts, type)}</th>
                <td class="number">{supply.types[type] ?? 0}</td>
                <td class="number">
                  {needed(type)}{" "}
                  {asked.has(type) &&
                    (missing > 0 ? (
                      <span class="state-danger">✕ {say("missing", { count: missing })}</span>
                    ) : (
                      <span class="state-ok" title={say("enough")}>
                        ✓<span class="visually-hidden"> {say("enough")}</span>
                      </span>
                    ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {tried.map(([type, count]) => (
        <p key={type} class={count > (supply.pilots[type] ?? 0) ? "state-danger" : "paper-line"}>
          {say("pilots_has", {
            type: wordsOf(facts, type),
            count,
            has: supply.pilots[type] ?? 0,
          })}
        </p>
      ))}
      {asked.size > 0 && (
        <p role="status" class={short.length ? "state-danger" : "state-ok"}>
          {short.length
            ? `✕ ${say("supply_short", { count: short.length })}`
            : `✓ ${say("supply_ok")}`}
        </p>
      )}
    </>
  );
}
