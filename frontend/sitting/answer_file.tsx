// Saving an answer file: offered where the line is down and answers wait on this computer.
import { useContext, useState } from "preact/hooks";
import { fileName, sealAnswers } from "../lib/answer_file";
import { flushDrafts } from "../lib/fields/drafts";
import { SeatContext } from "./seat_context";
import * as state from "./state";
import * as time from "./time";
import { say } from "./words";

interface Saved {
  name: string;
  count: number;
}

export function AnswerFile() {
  const seat = useContext(SeatContext);
  const [saved, setSaved] = useState<Saved | null>(null);
  const of = state.fileKey.value;
  if (!seat || !of) return null;
  async function save(from: state.FileKey): Promise<void> {
    flushDrafts();
    const events = await seat?.unsent();
    if (!events || events.length === 0) return;
    const name = fileName(from.ticket);
    download(name, sealAnswers({ ...from, savedAt: time.instant() }, events, from.key));
    setSaved({ name, count: events.length });
    state.isFileSaved.value = true;
  }
  const isEmpty = state.pendingCount.value === 0;
  return (
    <section class="answer-file" aria-labelledby="answer-file-title">
      <p>
        <strong id="answer-file-title">{say("fileTitle")}</strong>
      </p>
      <p>{say(isEmpty ? "fileNothing" : state.isTimeOver.value ? "fileTextOver" : "fileText")}</p>
      <button
        type="button"
        data-testid="save-answer-file"
        disabled={isEmpty}
        onClick={() => void save(of)}
      >
        {say("fileSave")}
      </button>
      <p role="status" data-testid="answer-file-saved">
        {saved && `✓ ${say("fileSaved", { ...saved })}`}
      </p>
    </section>
  );
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
