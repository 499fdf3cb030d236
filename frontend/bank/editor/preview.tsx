// The item as a candidate will see it, drawn by the very parts that the paper is made of.
import { signal } from "@preact/signals";
import { ItemHtml } from "../../lib/html";
import { languageNow } from "../../lib/i18n";
import { say } from "../words";
import { closed, type Json } from "./model";
import { withAddresses } from "./rows";
import { edited, language } from "./state";

const asPhone = signal(false);

export function Preview() {
  const { content, type } = closed(edited.value);
  return (
    <section class="editor-preview" aria-label={say("preview")}>
      <header>
        <h2>{say("preview")}</h2>
        <fieldset class="preview-widths">
          <legend class="visually-hidden">{say("preview")}</legend>
          {[false, true].map((each) => (
            <button
              key={String(each)}
              type="button"
              class="language-tab"
              aria-pressed={asPhone.value === each}
              onClick={() => {
                asPhone.value = each;
              }}
            >
              {say(each ? "asPhone" : "asPc")}
            </button>
          ))}
        </fieldset>
      </header>
      <div class={`preview-paper ${asPhone.value ? "is-phone" : "is-pc"}`} data-testid="preview">
        <Shown type={type} content={content} />
      </div>
    </section>
  );
}

function Shown({ type, content }: { type: string; content: Json }) {
  void type;
  void language.value;
  return (
    <>
      <ItemHtml language={languageNow()} html={withAddresses(content.stem)} />
      {(content.options ?? []).map((option: Json) => (
        <p key={option.id}>
          {option.id} <ItemHtml language={languageNow()} html={withAddresses(option.content)} />
        </p>
      ))}
    </>
  );
}
