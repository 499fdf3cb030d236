// What rows of all types share: their tools, and the original beside a translation.
import { type ComponentChildren, Fragment } from "preact";
import { ItemHtml } from "../../lib/html";
import type { Language } from "../../lib/i18n";
import { say } from "../words";
import { pictureAddress } from "./extensions";
import type { Body } from "./model";
import { OWN } from "./model";
import { facts, generation, language } from "./state";

/** Change a body in place; whatever the act returns does not matter. */
export type Update = (act: (body: Body) => unknown) => void;

interface Tools {
  name: string;
  onUp: (() => void) | null;
  onDown: (() => void) | null;
  onRemove: () => void;
  fixed?: boolean;
  onFixed?: (fixed: boolean) => void;
}

export function RowTools({ name, onUp, onDown, onRemove, fixed, onFixed }: Tools) {
  return (
    <span class="row-tools">
      {onFixed && (
        <button
          class="row-fixed"
          type="button"
          title={say("fixedHelp")}
          aria-label={`${say("fixed")}: ${name}`}
          aria-pressed={fixed}
          onClick={() => onFixed(!fixed)}
        >
          {say("fixed")}
        </button>
      )}
      <Step sign="↑" words={`${say("up")}: ${name}`} act={onUp} />
      <Step sign="↓" words={`${say("down")}: ${name}`} act={onDown} />
      <Step sign="✕" words={`${say("remove")}: ${name}`} act={onRemove} />
    </span>
  );
}

function Step({ sign, words, act }: { sign: string; words: string; act: (() => void) | null }) {
  return (
    <button
      class="row-tool"
      type="button"
      aria-label={words}
      title={words}
      disabled={!act}
      onClick={() => act?.()}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

/** In a translation, what is translated, to be copied as a beginning; nothing in the original. */
export function Original({ html, isEmpty, copy }: OriginalProps) {
  if (language.value === OWN || !html) return null;
  return (
    <div class="paper-original">
      <span>{say("original")}</span>
      <ItemHtml html={withAddresses(html)} language={facts.value.language as Language} />
      {isEmpty && (
        <button
          class="btn btn-sm btn-link"
          type="button"
          onClick={() => {
            copy(html);
            generation.value += 1; // the field takes it over
          }}
        >
          {say("copyOriginal")}
        </button>
      )}
    </div>
  );
}

interface OriginalProps {
  html: string;
  isEmpty: boolean;
  copy: (html: string) => void;
}

/** Shown in the original only: a translation sets no rows and no key. */
export function OriginalOnly({ children }: { children: ComponentChildren }) {
  return language.value === OWN ? <Fragment>{children}</Fragment> : null;
}

/** Item HTML with its pictures by their addresses here. */
export function withAddresses(html: string): string {
  return html.replace(/src="media:([0-9a-f]{64})"/g, (_, name) => `src="${pictureAddress(name)}"`);
}
