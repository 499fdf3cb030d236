// What candidates read of pilot items: the usual words, or the paper's own.
import type { Problem } from "../lib/http";
import type { Facts } from "./facts";
import { Field } from "./fields";
import { type Draft, totals } from "./model";
import { say } from "./words";

interface Props {
  facts: Facts;
  draft: Draft;
  change: (values: Partial<Draft>) => void;
  problems: readonly Problem[];
}

const LANGUAGES = [
  ["zh_Hans_CN", "notice_zh"],
  ["en", "notice_en"],
] as const;

export function Notices({ facts, draft, change, problems }: Props) {
  if (!totals(draft.sections).pilots) return null;
  return (
    <section aria-labelledby="notices-title">
      <h2 id="notices-title">{say("notices")}</h2>
      <p class="form-text">{say("notices_hint")}</p>
      {LANGUAGES.map(([language, name]) => (
        <Field
          key={language}
          id={`notices.${language}`}
          label={say(name)}
          value={draft.notices[language] ?? ""}
          set={(typed) => change({ notices: { ...draft.notices, [language]: typed } })}
          problems={problems}
          optional
          help={say("notice_usual", { words: facts.notices[language] ?? "" })}
        />
      ))}
    </section>
  );
}
