// The act bar over chosen seats, and the list of what needs a person.
import { useState } from "preact/hooks";
import type { NeedFacts } from "./facts";
import { chosen, needs, opened, outcome, type Room, snapshot } from "./room";
import { say } from "./words";
import type { Key } from "./words.zh";

const MINUTES = [1, 5, 10];
const CATEGORIES = [
  ..."machine power network health paper other".split(" "),
  ..."warning after_end subject_void cheating device impersonation".split(" "),
];

type Asked = { act: string; minutes?: number } | null;

export function ActBar({ room }: { room: Room }) {
  const [asked, setAsked] = useState<Asked>(null);
  const count = chosen.value.size;
  const targets = count > 0 ? chosen.value : null;
  const selectWorking = () => {
    const working = snapshot.value?.seats.filter((seat) => seat.status === "running") ?? [];
    chosen.value = new Set(working.map((seat) => seat.sitting));
  };
  const send = async (more: Record<string, unknown>) => {
    if (asked) await room.act(asked.act, targets, { ...more, ...withMinutes(asked) });
    setAsked(null);
  };
  return (
    <section class="act-bar" aria-label={say("chosen", { count })}>
      <strong>{count > 0 ? say("chosen", { count }) : say("wholeRoom")}</strong>
      <button type="button" onClick={selectWorking}>
        {say("allWorking")}
      </button>
      {count > 0 && (
        <button
          type="button"
          onClick={() => {
            chosen.value = new Set();
          }}
        >
          {say("clearChoice")}
        </button>
      )}
      <span class="spacer" />
      {MINUTES.map((minutes) => (
        <button
          key={minutes}
          type="button"
          data-testid={`add-${minutes}`}
          onClick={() => setAsked({ act: "grant_time", minutes })}
        >
          {say("addTime", { minutes })}
        </button>
      ))}
      <button type="button" data-testid="message" onClick={() => setAsked({ act: "send_message" })}>
        {say("message")}
      </button>
      <button type="button" onClick={() => setAsked({ act: "pause_sitting" })}>
        {say("pause")}
      </button>
      <button type="button" onClick={() => room.act("resume_sitting", targets)}>
        {say("resume")}
      </button>
      <button type="button" onClick={() => setAsked({ act: "report_incident" })}>
        {say("incident")}
      </button>
      {count > 0 && (
        <button type="button" class="danger" onClick={() => setAsked({ act: "force_hand_in" })}>
          {say("forceHandIn")}
        </button>
      )}
      {asked && <Asking asked={asked} send={send} cancel={() => setAsked(null)} />}
      {outcome.value && (
        <p class={outcome.value.ok ? "outcome is-ok" : "outcome is-bad"} role="status">
          {outcome.value.words}
        </p>
      )}
    </section>
  );
}

function withMinutes(asked: NonNullable<Asked>): Record<string, unknown> {
  return asked.minutes === undefined ? {} : { minutes: String(asked.minutes) };
}

interface AskingProps {
  asked: NonNullable<Asked>;
  send: (more: Record<string, unknown>) => Promise<void>;
  cancel: () => void;
}

function Asking({ asked, send, cancel }: AskingProps) {
  const field = { send_message: "text", report_incident: "note" }[asked.act] ?? "reason";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send(Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement)));
  };
  return (
    <form class="asking" onSubmit={submit}>
      {asked.act === "report_incident" && (
        <label>
          {say("category")}
          <select name="category">
            {CATEGORIES.map((category) => (
              <option key={category} value={category}>
                {say(`cat_${category}` as Key)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="wide">
        {say(field === "reason" ? "reason" : "text")}
        <input
          name={field}
          data-testid="reason"
          list={field === "text" ? "templates" : undefined}
          required
        />
      </label>
      <datalist id="templates">
        <option value={say("templateTime")} />
        <option value={say("templateTen")} />
        <option value={say("templateQuiet")} />
      </datalist>
      <button type="submit" class="main-act" data-testid="send">
        {say("send")}
      </button>
      <button type="button" onClick={cancel}>
        {say("cancel")}
      </button>
    </form>
  );
}

export function NeedsYou({ room }: { room: Room }) {
  return (
    <aside class="needs" aria-label={say("needsYou")}>
      <h2>{say("needsYou")}</h2>
      {needs.value.length === 0 && <p class="quiet">✓ {say("allQuiet")}</p>}
      <ul>
        {needs.value.map((need) => (
          <li key={need.seat.sitting} class={`need is-${need.need}`}>
            <strong>
              {need.seat.seat} {need.seat.name}
            </strong>
            <span>{needWords(need)}</span>
            <NeedAct room={room} need={need} />
          </li>
        ))}
      </ul>
    </aside>
  );
}

function needWords(need: NeedFacts): string {
  const said = say(need.need, { seconds: need.seconds });
  return need.seat.called ? `${said}：${need.seat.called}` : said;
}

function NeedAct({ room, need }: { room: Room; need: NeedFacts }) {
  const { sitting } = need.seat;
  if (need.need === "called")
    return (
      <button type="button" onClick={() => room.act("answer_call", [sitting])}>
        {say("answerCall")}
      </button>
    );
  if (need.need === "moveAsked")
    return (
      <button type="button" class="main-act" onClick={() => room.act("approve_move", [sitting])}>
        {say("approve")}
      </button>
    );
  return (
    <button
      type="button"
      onClick={() => {
        opened.value = sitting;
      }}
    >
      {say("look")}
    </button>
  );
}
