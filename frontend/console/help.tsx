// What the keys do; opened by "?" on the plan or from the menu.
import { useLayoutEffect, useRef } from "preact/hooks";
import { KEYS, say } from "./words";

export function Help({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="help" ref={dialog} onClose={close} aria-labelledby="help-title">
      <h2 id="help-title">{say("help")}</h2>
      <dl>
        {KEYS.map(([keys, words]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" class="main-act">
          {say("close")}
        </button>
      </form>
    </dialog>
  );
}
