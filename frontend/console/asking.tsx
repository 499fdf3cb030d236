// What an act must know before it is done: minutes, words, category, and why.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Reply } from "../lib/live";
import { type ActName, type Asked, asked as asking } from "./asked";
import type { Undo } from "./confirming";
import { messageLanguage } from "./kept";
import type { Room } from "./room";
import { chosen, seatOf, whyNot } from "./room_state";
import { CATEGORY_GROUPS, categoryWords, REASONS, say, TEMPLATES, type Template } from "./words";

export function Asking({ room, asked }: { room: Room; asked: Asked }) {
  const form = useRef<HTMLFormElement>(null);
  const before = useRef<Element | null>(document.activeElement);
  const close = () => {
    asking.value = null;
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>("[data-first]")?.focus();
  }, [asked]);
  const whom = chosen.value.size > 0 ? [...chosen.value] : null;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const sent = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    const words = actWords(asked.act, sent);
    close();
    if (asked.act === "approve_move") await approveMoves(room, whom ?? []);
    else await room.act(asked.act, whom, sent, words, undoOf(asked.act, whom, sent));
  };
  return (
    <div
      class="asking"
      role="dialog"
      aria-labelledby="asking-title"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <form ref={form} onSubmit={(event) => void submit(event)}>
        <h2 id="asking-title">
          {say(`ask_${asked.act}`)} · <span class="asking-whom">{whomWords(whom)}</span>
        </h2>
        <Fields asked={asked} />
        {asked.act === "force_hand_in" && (
          <p class="consequence">⚠ {say("handInConsequence", { count: whom?.length ?? 0 })}</p>
        )}
        {asked.act === "approve_move" && <p class="consequence">⚠ {say("moveConsequence")}</p>}
        {asked.act === "send_message" && <p class="soft">{say("messageConsequence")}</p>}
        <div class="asking-acts">
          <button
            type="submit"
            class={asked.act === "force_hand_in" ? "danger-act" : "main-act"}
            data-testid="send"
            data-first={asked.act === "approve_move" ? "" : undefined}
            disabled={whyNot.value !== null}
          >
            {say(`do_${asked.act}`)}
          </button>
          <button type="button" onClick={close}>
            {say("cancel")}
          </button>
        </div>
      </form>
    </div>
  );
}

/** Approve moves one by one: each is an act of its own, and so is each refusal. */
async function approveMoves(room: Room, sittings: readonly string[]): Promise<void> {
  for (const sitting of sittings) await room.settle("approve_move", sitting);
}

function whomWords(whom: string[] | null): string {
  if (whom === null) return say("wholeRoom");
  const numbers = whom
    .map((sitting) => seatOf(sitting)?.seat ?? 0)
    .sort((a, b) => a - b)
    .join(say("listComma"));
  return say("seatList", { seats: numbers });
}

function Fields({ asked }: { asked: Asked }) {
  if (asked.act === "send_message") return <MessageFields begin={asked.text} />;
  if (asked.act === "report_incident") return <IncidentFields begin={asked.text} />;
  if (asked.act === "approve_move") return null;
  const hasMinutes = asked.act === "grant_time" || asked.act === "take_back_time";
  return (
    <>
      {hasMinutes && (
        <Field words={say("minutesToGive")}>
          <input
            name="minutes"
            type="number"
            min="0.5"
            max="600"
            step="0.5"
            value={asked.minutes ?? ""}
            required
            data-testid="minutes"
            data-first={asked.minutes === undefined ? "" : undefined}
          />
        </Field>
      )}
      {asked.act === "grant_lost_time" && <LostOfEach />}
      <ReasonField act={asked.act} isFirst={!hasMinutes || asked.minutes !== undefined} />
    </>
  );
}

function Field({ words, children }: { words: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="asking-field">
      <span>{words}</span>
      {children}
    </label>
  );
}

function LostOfEach() {
  const lost = [...chosen.value]
    .map((sitting) => seatOf(sitting))
    .filter((seat) => seat && seat.lost_minutes > 0);
  return (
    <ul class="lost-list">
      {lost.map((seat) => (
        <li key={seat?.sitting}>
          {say("seatNumber", { seat: seat?.seat ?? 0 })} {seat?.name}
          {say("colon")}
          {say("minutes", { count: seat?.lost_minutes ?? 0 })}
        </li>
      ))}
    </ul>
  );
}

function ReasonField({ act, isFirst }: { act: ActName; isFirst: boolean }) {
  const [reason, setReason] = useState("");
  return (
    <>
      <Field words={say("reason")}>
        <input
          name="reason"
          maxLength={500}
          required
          autocomplete="off"
          data-testid="reason"
          data-first={isFirst ? "" : undefined}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Field>
      <Chips words={REASONS[act] ?? []} take={setReason} />
    </>
  );
}

function Chips({ words, take }: { words: readonly string[]; take: (word: string) => void }) {
  return (
    <p class="chips">
      {words.map((word) => (
        <button key={word} type="button" class="chip" onClick={() => take(word)}>
          {word}
        </button>
      ))}
    </p>
  );
}

function MessageFields({ begin }: { begin?: string }) {
  const [text, setText] = useState(begin ?? "");
  const take = (template: Template) => {
    const language = messageLanguage.value;
    const both = `${template.zh}\n${template.en}`;
    setText(language === "zh" ? template.zh : language === "en" ? template.en : both);
  };
  return (
    <>
      <p class="chips">
        {TEMPLATES.map((template) => (
          <button key={template.en} type="button" class="chip" onClick={() => take(template)}>
            {say("isChinese") === "yes" ? template.zh : template.en}
          </button>
        ))}
      </p>
      <Field words={say("templateLanguage")}>
        <select
          value={messageLanguage.value}
          onChange={(event) => {
            messageLanguage.value = event.currentTarget.value;
          }}
        >
          <option value="both">中文 + English</option>
          <option value="zh">中文</option>
          <option value="en">English</option>
        </select>
      </Field>
      <Field words={say("text")}>
        <textarea
          name="text"
          rows={3}
          maxLength={500}
          required
          data-testid="reason"
          data-first=""
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Field>
    </>
  );
}

export function IncidentFields({ begin }: { begin?: string }) {
  return (
    <>
      <Field words={say("category")}>
        <select name="category" data-testid="category" data-first="">
          {CATEGORY_GROUPS.map((group) => (
            <optgroup key={group.name} label={say(group.name)}>
              {group.categories.map((category) => (
                <option key={category} value={category}>
                  {categoryWords(category)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </Field>
      <Field words={say("note")}>
        <textarea name="note" rows={2} maxLength={500} required data-testid="reason">
          {begin ?? ""}
        </textarea>
      </Field>
    </>
  );
}

function actWords(act: ActName, sent: Record<string, FormDataEntryValue>): string {
  const minutes = String(sent.minutes ?? "");
  if (act === "grant_time") return say("addTime", { minutes });
  if (act === "take_back_time") return say("tookBack", { minutes });
  return say(`ask_${act}`);
}

/** What takes an act back: a pause ends, minutes given in error are taken back, a note goes. */
function undoOf(
  act: ActName,
  whom: string[] | null,
  sent: Record<string, FormDataEntryValue>,
): Undo | ((reply: Reply) => Undo | null) | null {
  if (act === "pause_sitting")
    return { words: say("resume"), act: "resume_sitting", sittings: whom, more: {} };
  if (act === "report_incident") return withdrawal;
  if (act !== "grant_time") return null;
  const more = { minutes: sent.minutes, reason: say("givenInError") };
  return { words: say("takeBack"), act: "take_back_time", sittings: whom ?? [], more };
}

/** What withdraws the incidents that were just noted. */
export function withdrawal(reply: Reply): Undo | null {
  const noted = reply.noted as string[] | undefined;
  if (!noted?.length) return null;
  const more = { incidents: noted };
  return { words: say("withdrawIncident"), act: "withdraw_incident", sittings: null, more };
}
