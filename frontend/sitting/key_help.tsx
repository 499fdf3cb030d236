// The keys, shown; single keys can be switched off.

import { useState } from "preact/hooks";
import { Icon } from "../lib/icon";
import { Sheet } from "./dialog";
import { PageLanguage } from "./display";
import { change, view } from "./view";
import { say } from "./words";
import type { Key } from "./words.zh";

const KEYS: readonly [string[], Key][] = [
  [["A – H", "1 – 8"], "keyChoose"],
  [["←", "→"], "keyMove"],
  [["F"], "keyFlag"],
  [["Enter"], "keyNext"],
  [["Ctrl + Enter"], "keyHandIn"],
  [["Esc"], "keyEscape"],
];

export function KeyHelpButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" data-testid="keys" onClick={() => setOpen(true)}>
        <Icon name="keyboard" /> {say("help")}
      </button>
      {isOpen && <KeyHelp close={() => setOpen(false)} />}
    </>
  );
}

function KeyHelp({ close }: { close: () => void }) {
  return (
    <Sheet title={say("keysTitle")} name="key-help" close={close}>
      <p>{say("keysIntro")}</p>
      <dl class="keys">
        {KEYS.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{say(what)}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          data-testid="keys-on"
          checked={view.value.hasKeys}
          onChange={(event) => change({ hasKeys: event.currentTarget.checked })}
        />
        <span>{say("keysOn")}</span>
      </label>
      <p class="page-language">
        <span>{say("language")}</span> <PageLanguage />
      </p>
      <div class="acts">
        <button type="button" class="main-act" onClick={close}>
          {say("close")}
        </button>
      </div>
    </Sheet>
  );
}
