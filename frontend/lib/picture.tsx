// A picture over the whole window: zoom by button or key, moved by dragging or arrows.
import { render } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { fieldSay } from "./fields/words";
import type { Language } from "./i18n";

interface Large {
  source: string;
  alt: string;
  language: Language;
}

const STEP = 1.25;
const [SMALLEST, LARGEST] = [0.5, 6];
const ARROW_PX = 60;

/** Open a picture large; the focus returns to where it was when it is closed. */
export function openPicture(large: Large): void {
  const host = document.createElement("div");
  const before = document.activeElement as HTMLElement | null;
  document.body.append(host);
  const close = () => {
    render(null, host);
    host.remove();
    before?.focus();
  };
  render(<PictureDialog {...large} close={close} />, host);
}

function PictureDialog({ source, alt, language, close }: Large & { close: () => void }) {
  const say = fieldSay(language);
  const dialog = useRef<HTMLDialogElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const by = (factor: number) =>
    setZoom((now) => Math.min(LARGEST, Math.max(SMALLEST, now * factor)));
  function press(event: KeyboardEvent) {
    if (event.key === "+" || event.key === "=") by(STEP);
    else if (event.key === "-") by(1 / STEP);
    else if (event.key === "0") setZoom(1);
    else if (event.key.startsWith("Arrow")) scroll(frame.current, event.key);
    else return;
    event.preventDefault();
  }
  return (
    <dialog
      ref={dialog}
      class="picture-dialog"
      aria-label={alt || say("picture")}
      onClose={close}
      onKeyDown={press}
    >
      <div class="picture-tools">
        <button type="button" onClick={() => by(STEP)}>
          ＋ {say("larger")}
        </button>
        <button type="button" onClick={() => by(1 / STEP)}>
          － {say("smaller")}
        </button>
        <button type="button" onClick={() => setZoom(1)}>
          {say("wholePicture")}
        </button>
        <span class="field-help">
          {Math.round(zoom * 100)} % · {say("pictureKeys")}
        </span>
        <button type="button" class="picture-close" onClick={() => dialog.current?.close()}>
          ✕ {say("close")}
        </button>
      </div>
      <div class="picture-frame" ref={frame}>
        <img src={source} alt={alt} style={{ width: `${zoom * 100}%` }} />
      </div>
    </dialog>
  );
}

function scroll(frame: HTMLElement | null, key: string): void {
  const left = { ArrowLeft: -ARROW_PX, ArrowRight: ARROW_PX }[key] ?? 0;
  const top = { ArrowUp: -ARROW_PX, ArrowDown: ARROW_PX }[key] ?? 0;
  frame?.scrollBy({ left, top });
}
