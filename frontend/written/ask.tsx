// A question to the chief examiner about an answer.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { say } from "./words";

export function Ask({ send, leave }: { send: (question: string) => void; leave: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [question, setQuestion] = useState("");
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="ask" ref={dialog} aria-labelledby="ask-title" onClose={leave}>
      <h2 id="ask-title">{say("ask_title")}</h2>
      <p>{say("ask_hint")}</p>
      <label class="field d-block">
        <span class="form-label">{say("question")}</span>
        <textarea
          class="form-control"
          rows={3}
          maxLength={2000}
          value={question}
          onInput={(event) => setQuestion(event.currentTarget.value)}
        />
      </label>
      <div class="ask-acts">
        <button
          class="btn btn-primary"
          type="button"
          disabled={question.trim() === ""}
          onClick={() => send(question)}
        >
          {say("send")}
        </button>
        <button
          class="btn btn-outline-secondary"
          type="button"
          onClick={() => dialog.current?.close()}
        >
          {say("leave")}
        </button>
      </div>
    </dialog>
  );
}
