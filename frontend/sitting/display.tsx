// How the page looks and speaks: text size, colours, language; on every step.

import type { Language } from "../lib/i18n";
import { Icon } from "../lib/icon";
import * as state from "./state";
import { change, type Theme, type View, view } from "./view";
import { chooseLanguage, language, say } from "./words";
import type { Key } from "./words.zh";

const SIZES: readonly View["size"][] = [1, 2, 3];
const THEMES: readonly [Theme, Key][] = [
  ["", "themeSystem"],
  ["light", "themeLight"],
  ["dark", "themeDark"],
  ["contrast", "themeContrast"],
];
const LANGUAGES: readonly [Language, string, string][] = [
  ["zh_Hans_CN", "中文", "zh-Hans-CN"],
  ["en", "English", "en"],
];

/** Outside the paper. */
export function Display() {
  return (
    <div class="display-tools">
      <TextSize />
      <Colours />
      <PageLanguage />
    </div>
  );
}

/** In the paper's bar, where room is short: the page's language stands with the keys. */
export function PaperDisplay() {
  return (
    <div class="display-tools">
      <TextSize />
      <Colours />
      <PaperLanguage />
    </div>
  );
}

export function TextSize() {
  return (
    <fieldset class="segments" aria-label={say("textSize")}>
      {SIZES.map((size) => (
        <button
          key={size}
          type="button"
          class={`size-${size}`}
          data-testid={`size-${size}`}
          aria-pressed={view.value.size === size}
          aria-label={`${say("textSize")} ${say(`size${size}`)}`}
          title={say(`size${size}`)}
          onClick={() => change({ size })}
        >
          A
        </button>
      ))}
    </fieldset>
  );
}

export function Colours() {
  const now = view.value.theme ?? document.documentElement.dataset.theme ?? "";
  return (
    <label class="tool-label">
      <span class="tool-words">
        <Icon name="colours" /> {say("theme")}
      </span>
      <select
        data-testid="theme"
        aria-label={say("theme")}
        value={now}
        onChange={(event) => change({ theme: event.currentTarget.value as Theme })}
      >
        {THEMES.map(([theme, key]) => (
          <option key={theme} value={theme}>
            {say(key)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function PageLanguage() {
  return (
    <fieldset class="segments" aria-label={say("language")}>
      {LANGUAGES.map(([code, name, lang]) => (
        <button
          key={code}
          type="button"
          lang={lang}
          data-testid={`language-${code}`}
          aria-pressed={language.value === code}
          onClick={() => chooseLanguage(code)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

/** A language's name in itself, as the browser knows it. */
function nameOf(code: string): string {
  const tag = code.replaceAll("_", "-");
  return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? code;
}

/** Where the paper can be read in several languages: which one, whatever the page speaks. */
function PaperLanguage() {
  const offered = state.languages.value;
  if (offered.length < 2) return null;
  return (
    <fieldset class="segments" aria-label={say("paperLanguage")} title={say("paperLanguage")}>
      {offered.map((code) => {
        const known = LANGUAGES.find((each) => each[0] === code);
        return (
          <button
            key={code}
            type="button"
            lang={known?.[2] ?? code.replaceAll("_", "-")}
            data-testid={`paper-${code}`}
            aria-pressed={state.paperLanguage.value === code}
            onClick={() => change({ paperLanguage: code })}
          >
            {known?.[1] ?? nameOf(code)}
          </button>
        );
      })}
    </fieldset>
  );
}
