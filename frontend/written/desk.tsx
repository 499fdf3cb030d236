// A marker's desk: one answer after another, points by the rubric, all by keyboard.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Answer, LINE_LOST, postJson } from "../lib/http";
import { Ask } from "./ask";
import { type Facts, firstTrouble, type Points, plainPoints } from "./points";
import { Rubric } from "./rubric";
import { say } from "./words";

export interface Addresses {
  next: string;
  takeBack: string;
  answers: string; // of one answer's acts: <answers>/<uid>/<act>
  tasks: string;
}

interface Held {
  uid: string;
  text: string;
  draft: { points?: Points; note?: string };
}

interface Progress {
  own: number;
  settled: number;
  answers: number;
}

type Said = { kind: "ok" | "attention" | "danger"; text: string } | null;
const KEEP_AFTER_MS = 700;
const SIZES = [1, 1.15, 1.35, 1.6, 2];

export function Desk({ facts, at }: { facts: Facts; at: Addresses }) {
  const [held, setHeld] = useState<Held | null | undefined>(undefined); // undefined: being fetched
  const [progress, setProgress] = useState<Progress | null>(null);
  const [points, setPoints] = useState<Points>({});
  const [note, setNote] = useState("");
  const [said, setSaid] = useState<Said>(null);
  const [showsTrouble, setShowsTrouble] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [size, setSize] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isDirty = useRef(false);
  const isGiving = useRef(false);
  const underWay = useRef(Promise.resolve());
  // What is pressed while something is on its way waits for it: requests that cross would show an
  // answer that is no longer held.
  const inTurn = (act: () => Promise<void>) => {
    underWay.current = underWay.current.then(act);
    return underWay.current;
  };

  const refused = (reply: Answer) =>
    setSaid({
      kind: "danger",
      text: reply.code === LINE_LOST ? say("line_lost") : (reply.message ?? ""),
    });

  const forgetDraft = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  };

  const show = useCallback((reply: Answer) => {
    const next: Held | null = reply.answer;
    forgetDraft();
    isDirty.current = false;
    setHeld(next);
    setProgress(reply.progress);
    setPoints(next?.draft.points ?? {});
    setNote(next?.draft.note ?? "");
    setShowsTrouble(false);
  }, []);
  useLayoutEffect(() => {
    scrollTo({ top: 0 });
    document.querySelector<HTMLElement>("[data-criterion] input, [data-look-again]")?.focus();
  }, [held]);

  const fetchNext = useCallback(async () => {
    const reply = await postJson(at.next, {});
    if (reply.ok) show(reply);
    else {
      refused(reply);
      setHeld((now) => (now === undefined ? null : now));
    }
  }, [at, show]);

  useEffect(() => void fetchNext(), [fetchNext]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (!isDirty.current) return;
      event.preventDefault();
      event.returnValue = say("unsaved");
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, []);

  const act = (uid: string, name: string) => `${at.answers}/${uid}/${name}`;

  const keepSoon = (draft: { points: Points; note: string }) => {
    if (!held) return;
    isDirty.current = true;
    clearTimeout(timer.current);
    const mine = setTimeout(
      () =>
        inTurn(async () => {
          if (timer.current !== mine) return; // typed on, or given, meanwhile
          const reply = await postJson(act(held.uid, "draft"), draft);
          if (!reply.ok) return refused(reply);
          if (timer.current === mine) isDirty.current = false;
          setSaid({ kind: "ok", text: say("kept") });
        }),
      KEEP_AFTER_MS,
    );
    timer.current = mine;
  };

  const type = (id: string, typed: string) => {
    const changed = { ...points, [id]: typed };
    setPoints(changed);
    setSaid(null);
    keepSoon({ points: changed, note });
  };

  const give = () => {
    if (!held || isGiving.current) return;
    const wrong = firstTrouble(facts, points);
    if (wrong) {
      setShowsTrouble(true);
      document.querySelector<HTMLElement>(`[data-criterion="${wrong.id}"] input`)?.focus();
      return;
    }
    isGiving.current = true;
    setBusy(true);
    forgetDraft();
    void inTurn(() => send(held.uid)).then(() => {
      isGiving.current = false;
      setBusy(false);
    });
  };

  const send = async (uid: string) => {
    const plain = Object.fromEntries(
      facts.criteria.map(({ id }) => [id, plainPoints(points[id] ?? "")]),
    );
    const reply = await postJson(act(uid, "mark"), { points: plain, note });
    if (reply.ok) {
      await fetchNext();
      setSaid({ kind: "ok", text: say("given", { mark: reply.mark }) });
    } else {
      refused(reply);
      if (reply.code === "hold_lost") await fetchNext();
    }
  };

  const takeBack = () =>
    inTurn(async () => {
      const reply = await postJson(at.takeBack, {});
      if (!reply.ok) return refused(reply);
      show(reply);
      setSaid({ kind: "attention", text: say("taken_back") });
    });

  const askChief = async (question: string) => {
    if (!held) return;
    const reply = await postJson(act(held.uid, "ask"), { question });
    setAsking(false);
    if (!reply.ok) return refused(reply);
    await fetchNext();
    setSaid({ kind: "ok", text: say("asked") });
  };

  // before the next key can come: a stale act would ask about the answer before
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isText = event.target instanceof HTMLTextAreaElement;
      if (isText || isAsking || event.repeat || event.ctrlKey || event.metaKey || event.altKey)
        return;
      if (event.key === "u" || event.key === "U") {
        event.preventDefault();
        void takeBack();
      } else if ((event.key === "c" || event.key === "C") && held) {
        event.preventDefault();
        setAsking(true);
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });

  return (
    <>
      <div class="desk-bar">
        {progress && (
          <>
            <progress
              value={progress.settled}
              max={progress.answers || 1}
              aria-label={say("progress", { ...progress })}
            />
            <span class="figures">{say("progress", { ...progress })}</span>
          </>
        )}
        <span class="save-line" role="status" data-kind={said?.kind} data-testid="said">
          {said?.text}
        </span>
        <button class="btn btn-sm btn-outline-primary" type="button" onClick={takeBack}>
          {say("undo")} <kbd>{say("undo_key")}</kbd>
        </button>
      </div>
      {held === undefined && <p class="form-text">{say("loading")}</p>}
      {held === null && (
        <div class="empty-state">
          <p>{say("none")}</p>
          <p class="form-text">{say("none_hint")}</p>
          <button
            class="btn btn-primary"
            type="button"
            data-look-again
            onClick={() => inTurn(fetchNext)}
          >
            {say("look_again")}
          </button>
          <a class="btn btn-link" href={at.tasks}>
            {say("all_tasks")}
          </a>
        </div>
      )}
      {held && (
        <div class="desk-halves">
          <section class="desk-answer" aria-labelledby="answer-title">
            <header>
              <h2 id="answer-title">{say("answer")}</h2>
              <span class="form-text">{say("characters", { n: [...held.text].length })}</span>
              <button
                class="btn btn-sm btn-outline-primary"
                type="button"
                aria-label={`A− ${say("smaller")}`}
                disabled={size === 0}
                onClick={() => setSize(size - 1)}
              >
                A−
              </button>
              <button
                class="btn btn-sm btn-outline-primary"
                type="button"
                aria-label={`A+ ${say("larger")}`}
                disabled={size === SIZES.length - 1}
                onClick={() => setSize(size + 1)}
              >
                A+
              </button>
            </header>
            <div class="answer-text" data-testid="answer" style={{ fontSize: `${SIZES[size]}rem` }}>
              {held.text}
            </div>
          </section>
          <Rubric
            facts={facts}
            points={points}
            note={note}
            showsTrouble={showsTrouble}
            isBusy={isBusy}
            type={type}
            write={(text) => {
              setNote(text);
              keepSoon({ points, note: text });
            }}
            give={give}
            ask={() => setAsking(true)}
          />
        </div>
      )}
      {isAsking && (
        <Ask send={(question) => inTurn(() => askChief(question))} leave={() => setAsking(false)} />
      )}
    </>
  );
}
