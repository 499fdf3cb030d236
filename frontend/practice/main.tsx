// The trainee's page: sign in, one question after another, the result.
import "@fontsource-variable/noto-sans-sc";
import "../lib/tokens.css";
import "../lib/fields/fields.css";
import "./practice.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { hasSomething } from "../lib/fields/answers";
import { ItemView } from "../lib/fields/item";
import type { Answer } from "../lib/outbox";
import { ResultPage } from "./result";
import {
  give,
  isSignedIn,
  line,
  problem,
  resume,
  run,
  type State,
  signIn,
  wasTakenOver,
} from "./run";
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

function Step({ state }: { state: State }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { number = 0, item } = state;
  useEffect(() => {
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
    <main>
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
        <ResultPage result={state.result} />
      ) : (
        <Step state={state} />
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
