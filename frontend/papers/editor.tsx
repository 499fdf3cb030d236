// The paper structure's editor: facts and sections, the bank's supply beside them, saving.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Answer, getJson, LINE_LOST, type Problem, postJson } from "../lib/http";
import { Bands, Reuse } from "./bands";
import { type Facts, languageOf, titled } from "./facts";
import { Complaint, Field } from "./fields";
import { Cells, ImportanceAndDifficulty } from "./finer";
import { forget, forgetAtSignOut, type Kept, keep, kept } from "./keeping";
import { counted, type Draft, opened, rowsOf, type Section, sentOf, totals } from "./model";
import { Notices } from "./notices";
import { PointKinds } from "./point_kinds";
import { Ranges } from "./ranges";
import { Sections } from "./sections";
import { type Looked, SupplyPanel } from "./supply";
import { say } from "./words";

const FIRST_FORMS = "2";

function useSupply(facts: Facts, { blueprint: bank, level, work_type }: Draft) {
  const [looked, setLooked] = useState<Looked>("none");
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!bank) return setLooked("none");
    let isStale = false;
    setLooked("loading");
    const kinds = new URLSearchParams({ level, work_type });
    void getJson(`${facts.addresses.supply.replace("BANK", bank)}?${kinds}`).then((answer) => {
      if (!isStale) setLooked(answer.ok ? answer.supply : "lost");
    });
    return () => {
      isStale = true;
    };
  }, [bank, level, work_type, turn]);
  return { looked, lookAgain: () => setTurn((old) => old + 1) };
}

/** The draft, kept on this computer as it changes; leaving with unsaved changes asks first. */
function useDraft(facts: Facts) {
  const [draft, setDraft] = useState<Draft>(() => {
    const begun = opened(facts.begun);
    const language = languageOf(facts, begun.blueprint);
    return { ...begun, sections: titled(facts, begun.sections, language) };
  });
  const [old, setOld] = useState<Kept | null>(kept);
  const isChanged = useRef(false);
  const change = (values: Partial<Draft>) => {
    setDraft((now) => {
      const next = { ...now, ...values };
      isChanged.current = true;
      keep(next);
      return next;
    });
    setOld(null);
  };
  useEffect(() => {
    forgetAtSignOut();
    const warn = (event: BeforeUnloadEvent) => {
      if (isChanged.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, []);
  const settle = () => {
    isChanged.current = false;
    forget();
  };
  return { draft, change, settle, old, setOld };
}

export function Editor({ facts }: { facts: Facts }) {
  const { draft, change, settle, old, setOld } = useDraft(facts);
  const { looked, lookAgain } = useSupply(facts, draft);
  const [forms, setForms] = useState(FIRST_FORMS);
  const [refused, setRefused] = useState<Answer | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [told, tell] = useState("");
  const problems = refused?.problems ?? [];
  const { items, pilots } = totals(draft.sections);
  const supply = typeof looked === "object" ? looked : null;

  const save = async () => {
    setSaving(true);
    const answer = await postJson(facts.addresses.create, sentOf(draft));
    setSaving(false);
    if (answer.ok) {
      settle();
      location.assign(answer.address);
    } else setRefused(answer);
  };
  return (
    <form
      class="paper-editor"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSaving) void save();
      }}
    >
      <div class="paper-main">
        {old && <Offer old={old} change={change} drop={() => setOld(null)} />}
        <Refusal refused={refused} />
        <PaperFacts {...{ facts, draft, change, problems }} />
        <PointKinds {...{ looked, draft, change, problems }} />
        <Presets facts={facts} draft={draft} change={change} />
        <Sections
          facts={facts}
          language={languageOf(facts, draft.blueprint)}
          rows={draft.sections}
          set={(sections) => {
            if (sections.length !== draft.sections.length) setRefused(null);
            change({ sections });
          }}
          problems={problems}
          tell={tell}
        />
        <Notices {...{ facts, draft, change, problems }} />
        {supply && (
          <>
            <Ranges
              supply={supply}
              counts={draft.areas}
              set={(areas) => change({ areas })}
              items={items}
              forms={counted(forms) ?? 1}
              problems={problems}
              tell={tell}
            />
            <Cells
              facts={facts}
              supply={supply}
              cells={draft.cells}
              types={draft.sections.map((each) => each.type)}
              set={(cells) => change({ cells })}
              problems={problems}
            />
            <ImportanceAndDifficulty {...{ supply, draft, change, items, problems }} />
            <Bands
              supply={supply}
              bands={draft.bands}
              set={(bands) => change({ bands })}
              items={items + pilots}
              problems={problems}
            />
            <Reuse {...{ supply, draft, change, problems }} />
          </>
        )}
        <div class="form-acts">
          <button class="btn btn-primary" type="submit" aria-disabled={isSaving}>
            {say(isSaving ? "saving" : "save")}
          </button>
          <a class="btn btn-link" href={facts.addresses.list}>
            {say("back")}
          </a>
        </div>
        <p class="visually-hidden" role="status">
          {told}
        </p>
      </div>
      <SupplyPanel {...{ facts, draft, looked, forms, setForms, lookAgain }} />
    </form>
  );
}

interface Part {
  facts: Facts;
  draft: Draft;
  change: (values: Partial<Draft>) => void;
  problems: readonly Problem[];
}

function PaperFacts({ facts, draft, change, problems }: Part) {
  const isUnknown = problems.some((each) => each.where === "blueprint");
  return (
    <section class="paper-facts" aria-label={say("paper")}>
      <div class="field">
        <label class="form-label" for="blueprint">
          {say("bank")}
        </label>
        <select
          class="form-select"
          id="blueprint"
          value={draft.blueprint}
          aria-invalid={isUnknown ? "true" : undefined}
          aria-describedby={isUnknown ? "blueprint-error" : undefined}
          onChange={(event) => {
            const blueprint = event.currentTarget.value;
            const language = languageOf(facts, blueprint);
            const sections = titled(facts, draft.sections, language);
            change({ blueprint, sections, level: "", work_type: "" });
          }}
        >
          <option value="">{say("bank_choose")}</option>
          {facts.banks.map(({ uid, title, items }) => (
            <option key={uid} value={uid}>
              {say("bank_choice", { title, items })}
            </option>
          ))}
        </select>
        <Complaint id="blueprint" problems={problems} />
      </div>
      <Field
        id="title"
        label={say("title")}
        value={draft.title}
        set={(title) => change({ title })}
        problems={problems}
      />
      <Field
        id="minutes"
        label={say("minutes")}
        value={draft.minutes}
        set={(minutes) => change({ minutes })}
        problems={problems}
        numeric
      />
    </section>
  );
}

/** A usual paper replaces the sections; the ones before can be taken back. */
function Presets(props: { facts: Facts; draft: Draft; change: (values: Partial<Draft>) => void }) {
  const language = languageOf(props.facts, props.draft.blueprint);
  const [taken, setTaken] = useState<{ words: string; before: Section[] } | null>(null);
  return (
    <div class="paper-presets">
      <p id="presets-title">{say("presets")}</p>
      <ul class="chips" aria-labelledby="presets-title">
        {props.facts.presets.map((preset) => (
          <li key={preset.name}>
            <button
              type="button"
              class="chip"
              onClick={() => {
                setTaken({ words: preset.words, before: props.draft.sections });
                props.change({
                  sections: titled(props.facts, rowsOf(preset.sections), language),
                  minutes: String(preset.minutes),
                });
              }}
            >
              {preset.words}
            </button>
          </li>
        ))}
      </ul>
      {taken && (
        <p role="status" class="paper-line">
          {say("preset_taken", { name: taken.words })}{" "}
          {taken.before.length > 0 && (
            <button
              type="button"
              class="btn btn-sm btn-link"
              onClick={() => {
                props.change({ sections: taken.before });
                setTaken(null);
              }}
            >
              {say("take_back")}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function Offer(props: { old: Kept; change: (values: Partial<Draft>) => void; drop: () => void }) {
  const time = new Date(props.old.at).toLocaleTimeString(document.documentElement.lang);
  return (
    <div class="notice notice-attention" role="status">
      <div class="notice-body">
        <p>{say("kept", { time })}</p>
        <button
          type="button"
          class="btn btn-sm btn-primary"
          onClick={() => props.change(props.old.draft)}
        >
          {say("restore")}
        </button>
        <button
          type="button"
          class="btn btn-sm btn-link"
          onClick={() => {
            forget();
            props.drop();
          }}
        >
          {say("forget")}
        </button>
      </div>
    </div>
  );
}

/** What was refused, with links to the fields; it takes the focus, so that it is read. */
function Refusal({ refused }: { refused: Answer | null }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.focus(), [refused]);
  if (!refused) return null;
  const message = refused.code === LINE_LOST ? say("line_lost") : refused.message;
  return (
    <div class="error-summary" role="alert" tabIndex={-1} ref={box}>
      <p>
        <strong>{message}</strong>
      </p>
      {refused.problems && (
        <ul>
          {refused.problems.map((each) => (
            <li key={`${each.where} ${each.code}`}>
              <a
                href={`#${each.where}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(each.where)?.focus();
                }}
              >
                {placeWords(each.where)}
                {each.message}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The label of the field a problem stands at, as its reader knows it. */
function placeWords(where: string): string {
  const field = document.getElementById(where);
  const label =
    field?.getAttribute("aria-label") ??
    document.querySelector(`label[for="${CSS.escape(where)}"]`)?.firstChild?.textContent;
  return label ? `${label}: ` : "";
}
