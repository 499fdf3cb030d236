// A picture: its file, and the words for whoever cannot see it, without which it is not taken.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { LINE_LOST, postForm } from "../../lib/http";
import { say } from "../words";
import { type PictureAsked, pictureAsked, type Uploaded } from "./asking";
import { facts } from "./state";

const MEGABYTE = 1024 * 1024;

export function PictureDialog() {
  const asked = pictureAsked.value;
  return asked ? <Asking asked={asked} /> : null;
}

function Asking({ asked }: { asked: PictureAsked }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [file, setFile] = useState(asked.file);
  const [alt, setAlt] = useState(asked.alt);
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const isNew = asked.pos === null;
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const largest = megabytes(facts.value.largest_picture);
  const finish = async () => {
    const wrong = problemOf(isNew, file, alt);
    if (wrong) return setProblem(wrong);
    setBusy(true);
    const failed =
      isNew && file ? await uploaded(asked, file, alt.trim()) : renamed(asked, alt.trim());
    setBusy(false);
    if (failed) setProblem(failed);
    else pictureAsked.value = null;
  };
  return (
    <dialog
      class="ask upload-dialog"
      ref={dialog}
      aria-labelledby="picture-title"
      onClose={() => {
        pictureAsked.value = null;
      }}
    >
      <h2 id="picture-title">{say("pictureTitle")}</h2>
      {isNew && (
        <div class="field">
          <label class="form-label" for="picture-file">
            {say("pictureFile", { largest })}
          </label>
          {asked.file ? (
            <p>{asked.file.name}</p>
          ) : (
            <input
              class="form-control"
              type="file"
              id="picture-file"
              accept="image/png,image/jpeg,image/gif,image/webp"
              onChange={(event) => {
                setFile(event.currentTarget.files?.[0] ?? null);
                setProblem("");
              }}
            />
          )}
        </div>
      )}
      <div class="field">
        <label class="form-label" for="picture-alt">
          {say("alt")}
        </label>
        <textarea
          class="form-control"
          id="picture-alt"
          rows={2}
          required
          aria-describedby="picture-alt-help"
          value={alt}
          onInput={(event) => setAlt(event.currentTarget.value)}
        />
        <div class="form-text" id="picture-alt-help">
          {say("altHelp")}
        </div>
      </div>
      <p role="alert">{problem && <span class="field-error">{problem}</span>}</p>
      <div class="ask-acts">
        <button
          class="btn btn-primary"
          type="button"
          data-testid="picture-insert"
          disabled={isBusy}
          onClick={finish}
        >
          {say(isNew ? "pictureUpload" : "pictureSave")}
        </button>
        <button
          class="btn btn-outline-secondary"
          type="button"
          onClick={() => dialog.current?.close()}
        >
          {say("cancel")}
        </button>
      </div>
    </dialog>
  );
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1).replace(/\.0$/, "");
}

function problemOf(isNew: boolean, file: File | null, alt: string): string {
  if (isNew && !file) return say("pictureMissing");
  const largest = facts.value.largest_picture;
  if (file && file.size > largest)
    return say("pictureTooLarge", { size: megabytes(file.size), largest: megabytes(largest) });
  return alt.trim() ? "" : say("altMissing");
}

/** Upload and put where it was asked for; the words of what went wrong, or nothing. */
async function uploaded(asked: PictureAsked, file: File, alt: string): Promise<string> {
  const form = new FormData();
  form.set("picture", file);
  const answer = await postForm(facts.value.addresses.pictures, form);
  if (!answer.ok) return answer.code === LINE_LOST ? say("lineLost") : (answer.message ?? "");
  const { sha256, width, height } = answer as unknown as Uploaded;
  if (asked.onUploaded) asked.onUploaded({ sha256, width, height, alt });
  else
    asked.editor?.chain().focus().insertContent({ type: "picture", attrs: { sha256, alt } }).run();
  return "";
}

function renamed({ editor, pos }: PictureAsked, alt: string): string {
  if (editor && pos !== null)
    editor.chain().focus().setNodeSelection(pos).updateAttributes("picture", { alt }).run();
  return "";
}
