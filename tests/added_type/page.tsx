// Both pages' parts with every type there is: an item in the editor, and the same at a seat.
import { render } from "preact";
import { useState } from "preact/hooks";
import { BodyFields } from "../../frontend/bank/editor/fields";
import { closed, opened } from "../../frontend/bank/editor/model";
import { shownItem } from "../../frontend/bank/editor/shown_item";
import { facts } from "../../frontend/bank/editor/state";
import { fullness } from "../../frontend/lib/fields/answers";
import { ItemView } from "../../frontend/lib/fields/item";

facts.value = { language: "en", types: [], languages: [], points: [] };

function Page() {
  const fresh = { type: "scale", code: "", point: "A-001", difficulty: 3, explanation: "" };
  const [edited, setEdited] = useState(() => opened({ ...fresh, content: {}, key: {} }));
  const [answer, setAnswer] = useState(null);
  const update = (act) => {
    const next = structuredClone(edited);
    act(next.body);
    setEdited(next);
  };
  const stored = closed(edited);
  Object.assign(globalThis, { stored, answer, again: closed(opened(stored)) });
  return (
    <main>
      <BodyFields body={edited.body} inside="" update={update} />
      <ItemView
        item={shownItem(stored)}
        name="seat"
        language="en"
        answer={answer}
        onAnswer={setAnswer}
      />
      <output>{fullness(shownItem(stored), answer)}</output>
    </main>
  );
}

render(<Page />, document.body);
