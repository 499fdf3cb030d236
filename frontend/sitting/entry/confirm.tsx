// Who sits here: photo, name, masked id, subject and seat; "this is me" or "not me".
import { useEffect, useState } from "preact/hooks";
import type { Seat } from "../seat";
import * as state from "../state";
import { Step } from "../step";
import { language, say } from "../words";
import { StartedAlready } from "./rules";

export function Confirm({ seat }: { seat: Seat }) {
  const [isSomebodyElse, setSomebodyElse] = useState(false);
  const told = state.sitting.value;
  if (!told) return null;
  if (isSomebodyElse) return <NotMe seat={seat} back={() => setSomebodyElse(false)} />;
  const { candidate } = told;
  return (
    <Step title={say("confirmTitle")} testId="step-confirm" isWide>
      <StartedAlready />
      <p class="help">{say("confirmText")}</p>
      <div class="identity">
        <Photo seat={seat} name={candidate.name} />
        <dl class="facts">
          <dt>{say("name")}</dt>
          <dd class="large">{candidate.name}</dd>
          <dt>{say("idNumber")}</dt>
          <dd class="figures">{candidate.id_number_masked}</dd>
          <dt>{say("ticket")}</dt>
          <dd class="figures">{candidate.ticket}</dd>
          <dt>{say("subject")}</dt>
          <dd>{subjectWords(told)}</dd>
          <dt>{say("site")}</dt>
          <dd>{candidate.site}</dd>
          <dt>{say("room")}</dt>
          <dd>{candidate.room}</dd>
          <dt>{say("seat")}</dt>
          <dd class="large figures">{candidate.seat}</dd>
        </dl>
      </div>
      <div class="acts">
        <button type="button" data-testid="not-me" onClick={() => setSomebodyElse(true)}>
          ✕ {say("notMe")}
        </button>
        <button
          class="main-act"
          type="button"
          data-testid="confirm"
          onClick={() => seat.step("confirm_identity")}
        >
          ✓ {say("thisIsMe")}
        </button>
      </div>
    </Step>
  );
}

/** The subject as the reader knows it, with its level. */
export function subjectWords(told: state.SittingState): string {
  const name = language.value === "en" ? told.subject_en || told.subject : told.subject;
  const levels = { 1: "level1", 2: "level2", 3: "level3", 4: "level4", 5: "level5" } as const;
  const level = levels[told.level as keyof typeof levels];
  if (told.is_rehearsal || !level) return name;
  return language.value === "en" ? `${name}, ${say(level)}` : `${name}（${say(level)}）`;
}

function Photo({ seat, name }: { seat: Seat; name: string }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    void seat.photo().then(setAddress);
  }, [seat]);
  if (address) return <img class="photo" src={address} alt={say("photo")} data-testid="photo" />;
  return (
    <p class="photo is-missing">
      <span class="initial" aria-hidden="true">
        {name.slice(0, 1)}
      </span>
      <span>{say("noPhoto")}</span>
    </p>
  );
}

/** The proctor has been called; nothing goes on until they have come. */
function NotMe({ seat, back }: { seat: Seat; back: () => void }) {
  const [isTold, setTold] = useState<boolean | null>(null);
  useEffect(() => {
    seat.report("not_me");
    void seat.callProctor(say("notMe")).then(setTold);
  }, [seat]);
  return (
    <Step title={say("notMeTitle")} testId="step-not-me" icon={{ name: "hand" }}>
      <p class="problem" role="alert">
        {say(isTold === false ? "notMeNoLine" : "notMeDone")}
      </p>
      <div class="acts">
        <button type="button" onClick={back}>
          {say("notMeMistake")}
        </button>
        <button type="button" data-testid="other-ticket" onClick={() => seat.leave()}>
          {say("notMeOther")}
        </button>
      </div>
    </Step>
  );
}
