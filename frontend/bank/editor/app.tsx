// The item's editor: paper in the middle, preview beside it, facts and problems at the right.
import { useLayoutEffect, useRef } from "preact/hooks";
import { say } from "../words";
import { BodyFields } from "./fields";
import { FormulaDialog } from "./formula_dialog";
import { PictureDialog } from "./picture_dialog";
import { Preview } from "./preview";
import {
  clock,
  conflict,
  conflictChanges,
  isSaving,
  keptAt,
  offer,
  openTheirs,
  save,
  saveMine,
  watch,
} from "./saving";
import { Side } from "./side";
import { change, edited, facts, generation, isDirty, notice } from "./state";
import { Toolbar } from "./toolbar";

export function App() {
  useLayoutEffect(watch, []);
  useLayoutEffect(guard, []);
  useLayoutEffect(saveByKey, []);
  return (
    <div class="editor">
      <SaveLine />
      <Notice />
      <div class="editor-columns">
        <div class="editor-paper">
          <Toolbar />
          <div class="paper">
            <BodyFields
              key={generation.value}
              body={edited.value.body}
              inside=""
              update={(act) => change((next) => act(next.body))}
            />
          </div>
        </div>
        <Preview />
        <Side />
      </div>
      <FormulaDialog />
      <PictureDialog />
      <ConflictDialog />
    </div>
  );
}

function SaveLine() {
  const { item, types, addresses } = facts.value;
  const isNew = !item.uid;
  const type = types.find((each) => each.name === edited.value.body.type);
  const version = edited.value.seenVersion + 1;
  return (
    <div class="save-line">
      <span class="save-type">{type?.words}</span>
      <span class="save-state" role="status">
        {isSaving.value
          ? say("saving")
          : isDirty.value && keptAt.value
            ? say("draftKeptAt", { time: clock(keptAt.value) })
            : say("draftKept")}
      </span>
      {item.state === "active" && <span class="save-note">{say("activeNote")}</span>}
      <span class="save-acts">
        <a class="btn btn-sm btn-link" href={addresses.back}>
          {say("back")}
        </a>
        {isNew && (
          <button
            class="btn btn-sm btn-outline-primary"
            type="button"
            disabled={isSaving.value}
            onClick={() => void save("another")}
          >
            {say("saveAnother")}
          </button>
        )}
        <button
          class="btn btn-sm btn-primary"
          type="button"
          data-testid="save"
          disabled={isSaving.value}
          title="Ctrl+S"
          onClick={() => void save()}
        >
          {isNew ? say("save") : say("saveVersion", { version })}
        </button>
      </span>
    </div>
  );
}

function Notice() {
  const said = notice.value;
  return (
    <div role={said?.kind === "danger" ? "alert" : "status"} data-testid="notice">
      {said && (
        <div class={`notice notice-${said.kind}`}>
          <div class="notice-body">
            <p>
              {said.text}{" "}
              {offer.value && (
                <button
                  class="btn btn-sm btn-outline-primary"
                  type="button"
                  onClick={() => offer.value?.act()}
                >
                  {offer.value.words}
                </button>
              )}
            </p>
          </div>
          <button
            class="row-tool"
            type="button"
            aria-label={say("remove")}
            onClick={() => {
              notice.value = null;
              offer.value = null;
            }}
          >
            <span aria-hidden="true">✕</span>
          </button>
        </div>
      )}
    </div>
  );
}

function ConflictDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const found = conflict.value;
  useLayoutEffect(() => {
    if (found) dialog.current?.showModal();
  }, [found]);
  if (!found) return null;
  return (
    <dialog
      class="ask conflict-dialog"
      ref={dialog}
      aria-labelledby="conflict-title"
      onClose={() => {
        conflict.value = null;
      }}
    >
      <h2 id="conflict-title">{say("conflictTitle", { version: found.newest })}</h2>
      <p>{say("conflictText")}</p>
      <details open>
        <summary>{say("conflictChanges", { old: found.seen, new: found.newest })}</summary>
        {/* our own server's page part, escaped there */}
        <div dangerouslySetInnerHTML={{ __html: conflictChanges.value ?? "…" }} />
      </details>
      <div class="ask-acts">
        <button class="btn btn-primary" type="button" onClick={saveMine}>
          {say("conflictMine", { version: found.newest + 1 })}
        </button>
        <button class="btn btn-outline-primary" type="button" onClick={openTheirs}>
          {say("conflictTheirs")}
        </button>
        <button
          class="btn btn-outline-secondary"
          type="button"
          onClick={() => dialog.current?.close()}
        >
          {say("conflictWait")}
        </button>
      </div>
    </dialog>
  );
}

/** Leaving with unsaved work asks first; the work stays on this computer either way. */
function guard(): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    if (isDirty.value) event.preventDefault();
  };
  addEventListener("beforeunload", ask);
  return () => removeEventListener("beforeunload", ask);
}

function saveByKey(): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      void save();
    }
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}
