// One practice question of every way to answer; nothing of it is sent or kept.

import { useLayoutEffect, useState } from "preact/hooks";
import { ItemView } from "../../lib/fields/item";
import { Icon } from "../../lib/icon";
import type { Answer } from "../../lib/outbox";
import type { ItemContent } from "../../lib/sealed";
import { Colours, TextSize } from "../display";
import { listenForChoices } from "../keys";
import { Step } from "../step";
import { language, say } from "../words";

const CURRENT = '<span data-type="inline-math" data-latex="I=\\dfrac{U}{R}"></span>';
const AMPERES = ["0.2", "5", "44", "9680"];

function practice(): { choice: ItemContent; text: ItemContent } {
  return {
    choice: {
      type: "single",
      mark: "0",
      stem: `<p>${say("warmSingle")} ${CURRENT}</p>`,
      options: AMPERES.map((value, place) => ({ id: "ABCD"[place] ?? "", content: `${value} A` })),
    },
    text: {
      type: "text_entry",
      mark: "0",
      stem: `<p>${say("warmText1")}<span data-type="blank" data-blank="1"></span>${say("warmText2")}</p>`,
      blanks: [{ id: "1" }],
    },
  };
}

export function WarmUp({ done }: { done: () => void }) {
  const [choice, setChoice] = useState<Answer>(null);
  const [text, setText] = useState<Answer>(null);
  const items = practice();
  // Before the page is painted: a key pressed at the first sight of it counts.
  useLayoutEffect(
    () =>
      listenForChoices(
        () => practice().choice,
        (change) => setChoice(change),
      ),
    [],
  );
  return (
    <Step title={say("warmTitle")} testId="step-warm-up" isWide>
      <p class="practice-badge">
        <Icon name="pencil" /> {say("warmBadge")}
      </p>
      <p>{say("warmText")}</p>
      <div class="warm-look">
        <span>{say("warmSize")}</span>
        <TextSize />
        <Colours />
      </div>
      <div class="question practice">
        <ItemView
          item={items.choice}
          answer={choice}
          onAnswer={setChoice}
          language={language.value}
          name="warm-choice"
          hasKeys
        />
        <ItemView
          item={items.text}
          answer={text}
          onAnswer={setText}
          language={language.value}
          name="warm-text"
        />
      </div>
      <p class="help">{say("ruleKeys")}</p>
      <p class="help">{say("warmStarts")}</p>
      <div class="acts">
        <button type="button" data-testid="warm-skip" onClick={done}>
          {say("warmSkip")}
        </button>
        <button type="button" class="main-act" data-testid="warm-done" onClick={done}>
          {say("warmDone")}
        </button>
      </div>
    </Step>
  );
}
