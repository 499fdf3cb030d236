// The trainee's page: sign in, one question after another, the result.
import "@fontsource-variable/noto-sans-sc";
import "../lib/tokens.css";
import "../lib/fields/fields.css";
import "./practice.css";
import "./paper.css";
import "./review.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { hasSomething } from "../lib/fields/answers";
import { ItemView } from "../lib/fields/item";
import type { Answer } from "../lib/outbox";
import { Paper } from "./paper";
import { ResultPage } from "./result";
import { ReviewedItem } from "./reviewed";
import {
  give,
  goOn,
  isSignedIn,
  line,
  problem,
  resume,
  run,
  seen,
  signIn,
  wasTakenOver,
} from "./run";
import type { Reviewed, State } from "./types";
import { language, say, speakOther } from "./words";

const draft = signal<Answer>(null);

function SignIn() {
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = new FormData(event.currentTarget);
        void signIn(String(fields.get("ticket")), String(fields.get("code")));
      }}
    >
      <p>{say("intro")}</p>
      {wasTakenOver.value && <p role="alert">{say("elsewhere")}</p>}
      <label>
        {say("ticket")}
        <input name="ticket" required autocomplete="off" data-testid="ticket" />
      </label>
      <label>
        {say("code")}
        <input name="code" required autocomplete="off" data-testid="code" />
      </label>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <button class="primary" type="submit">
        {say("begin")}
      </button>
    </form>
  );
}

/** The question just answered, until the trainee goes on. */
function Feedback({ entry, state }: { entry: Reviewed; state: State }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), [entry.number]);
  return (
    <section class="card" aria-live="polite">
      <ReviewedItem entry={entry} lang={state.language} />
      <div class="moves">
        <button
          type="button"
          class="primary"
          ref={button}
          onClick={() => goOn(entry.number)}
          data-testid="go-on"
        >
          {say("nextQuestion")}
        </button>
      </div>
    </section>
  );
}

function Running({ state }: { state: State }) {
  if (state.items) return <Paper state={state} />;
  const last = state.reviewed?.[0];
  if (last && last.number > seen.value) return <Feedback entry={last} state={state} />;
  return <Step state={state} />;
}

function Step({ state }: { state: State }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { number = 0, item } = state;
  useLayoutEffect(() => {
    draft.value = null;
    heading.current?.focus();
  }, [number]);
  if (!item) return null;
  const isBusy = line.value !== "saved";
  const send = (answer: Answer) => {
    problem.value = "";
    void give(number, answer);
  };
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        if (!hasSomething(draft.value)) problem.value = say("choose");
        else send(draft.value);
      }}
    >
      <h2 tabIndex={-1} ref={heading} data-testid="number" data-number={number}>
        {say("question", { number })} <small>{say("ofMost", { most: state.most })}</small>
      </h2>
      {number === 1 && state.may_end_earlier && <p class="soft">{say("earlier")}</p>}
      <div class={`question is-${item.type}`} key={number} lang={state.language.replace(/_/g, "-")}>
        <ItemView
          item={item}
          answer={draft.value}
          onAnswer={(given) => {
            draft.value = given;
            problem.value = "";
          }}
          language={language}
          name={`question-${number}`}
        />
      </div>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="moves">
        <button class="primary" type="submit" disabled={isBusy} data-testid="next">
          {say("next")}
        </button>
        <button type="button" disabled={isBusy} onClick={() => send(null)}>
          {say("skip")}
        </button>
      </div>
    </form>
  );
}

function Practice() {
  const state = run.value;
  return (
    <main class={state?.items ? "is-paper" : ""}>
      <header>
        <h1>{state?.title ?? say("title")}</h1>
        <button type="button" onClick={speakOther}>
          {say("language")}
        </button>
      </header>
      {isSignedIn.value && (
        <p class={`line is-${line.value}`} role="status" data-testid="line">
          {say(line.value)}
        </p>
      )}
      {!isSignedIn.value ? (
        <SignIn />
      ) : state === null ? (
        <p>{say("loading")}</p>
      ) : state.status === "over" && state.result ? (
        <ResultPage state={state} />
      ) : (
        <Running state={state} />
      )}
    </main>
  );
}

const place = document.getElementById("practice");
if (place) {
  place.textContent = "";
  render(<Practice />, place);
  if (isSignedIn.value) void resume();
}
