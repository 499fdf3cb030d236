// The candidate's page.
import "@fontsource-variable/noto-sans-sc";
import "katex/dist/katex.min.css";
import "../lib/tokens.css";
import "./sitting.css";
import { render } from "preact";
import { openSeatDb } from "../lib/store";
import { Confirm, Pledge, SignIn, Waiting } from "./entry";
import { ReceiptPage } from "./hand_in";
import { Paper } from "./paper";
import { SaveLine } from "./save_line";
import { Seat } from "./seat";
import * as state from "./state";
import { say } from "./words";

function Page({ seat }: { seat: Seat }) {
  const told = state.sitting.value;
  if (state.isMoved.value) return <Veil words={say("movedText")} isEnded />;
  if (state.isReplaced.value) return <Veil words={say("replacedText")} isEnded />;
  if (!told) return <SignIn seat={seat} />;
  if (told.receipt) return <ReceiptPage />;
  if (state.isBroken.value) return <Veil words={say("paperBroken")} />;
  if (!told.identity_confirmed && told.status === "assigned") return <Confirm seat={seat} />;
  if (!told.pledge_accepted && told.status === "checked_in") return <Pledge seat={seat} />;
  if (told.status === "ready") return <Waiting />;
  if (told.status === "held") return <Veil words={say("held")} />;
  if (told.status === "paused") return <Veil words={say("paused")} />;
  return <Paper seat={seat} />;
}

function Veil({ words, isEnded = false }: { words: string; isEnded?: boolean }) {
  return (
    <section class="card-page" role="status">
      <p class="veil">{words}</p>
      {!isEnded && <SaveLine />}
    </section>
  );
}

function Messages({ seat }: { seat: Seat }) {
  const message = state.messages.value[0];
  if (!message) return null;
  return (
    <div class="proctor-message" role="alertdialog" aria-label={say("messageTitle")}>
      <strong>{say("messageTitle")}</strong>
      <p>{message.text}</p>
      <button type="button" class="main-act" onClick={() => seat.understood(message.id)}>
        {say("understood")}
      </button>
    </div>
  );
}

async function begin(root: HTMLElement): Promise<void> {
  const seat = new Seat(await openSeatDb());
  await seat.resume();
  render(
    <>
      <Page seat={seat} />
      <Messages seat={seat} />
    </>,
    root,
  );
}

const root = document.getElementById("sitting");
if (root) void begin(root);
