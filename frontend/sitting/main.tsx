// The candidate's page.
import { Icon } from "../lib/icon";
import "../lib/tokens.css";
import "../lib/fields/fields.css";
import "./steps.css";
import "./paper.css";
import "./bar.css";
import "./answer_card.css";
import "./sheets.css";
import "./sitting.css";
import { render } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { openDrawer } from "../lib/drawer";
import { OneWindow } from "../lib/one_window";
import * as adaptive from "./adaptive";
import { AdaptivePaper } from "./adaptive_paper";
import { Away } from "./away";
import { Confirm } from "./entry/confirm";
import { Pledge } from "./entry/rules";
import { SignIn } from "./entry/sign_in";
import { Waiting } from "./entry/waiting";
import { WarmUp } from "./entry/warm_up";
import { keepPage } from "./offline";
import { Paper } from "./paper";
import { ReceiptPage } from "./receipt";
import { Seat } from "./seat";
import { SeatContext } from "./seat_context";
import * as state from "./state";
import * as time from "./time";
import * as veils from "./veils";
import { beginView, change, view } from "./view";
import { spoken, watch } from "./watch";
import { say, takeChosenLanguage } from "./words";

function Page({ seat }: { seat: Seat }) {
  if (state.isMoved.value) return <veils.Moved seat={seat} />;
  if (state.isReplaced.value) return <veils.Replaced workHere={workHere} />;
  if (state.ended.value) return <ReceiptPage seat={seat} />;
  if (state.sitting.value) return <Sitting seat={seat} told={state.sitting.value} />;
  return state.isResuming.value ? <veils.Resuming /> : <SignIn seat={seat} />;
}

function Sitting({ seat, told }: { seat: Seat; told: state.SittingState }) {
  if (told.away && ["running", "paused"].includes(told.status))
    return state.isTimeOver.value ? <veils.TimeOver /> : <Away seat={seat} away={told.away} />;
  switch (told.status) {
    case "assigned":
      return <Confirm seat={seat} />;
    case "checked_in":
      return <Pledge seat={seat} />;
    case "ready":
      return <Ready seat={seat} />;
    case "held":
      return <veils.Held />;
    case "paused":
      return <veils.Paused />;
    case "void":
      return <veils.Voided seat={seat} />;
    default:
      return <Running seat={seat} />;
  }
}

function Ready({ seat }: { seat: Seat }) {
  const done = () => {
    state.isWarmingUp.value = false;
    change({ isWarm: true });
  };
  const isTrying = state.isWarmingUp.value || !view.value.isWarm;
  return isTrying ? <WarmUp done={done} /> : <Waiting seat={seat} />;
}

function Running({ seat }: { seat: Seat }) {
  if (state.isBroken.value) return <veils.Broken />;
  if (state.isTimeOver.value) return <veils.TimeOver />;
  if (adaptive.told.value) return <AdaptivePaper seat={seat} />;
  return state.paper.value ? <Paper seat={seat} /> : <veils.Loading />;
}

/** The proctor's words: spoken at once, taken note of by a press or by Escape. */
function Messages({ seat }: { seat: Seat }) {
  const message = state.messages.value[0];
  const id = message?.id;
  // before the next key can come: a stale one would take note of the message before
  useLayoutEffect(() => {
    if (id === undefined) return undefined;
    const listen = (event: KeyboardEvent) => {
      const isFree = document.querySelector("dialog[open]") === null;
      if (event.key === "Escape" && isFree) void seat.understood(id);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [id, seat]);
  return (
    <div role="alert" class="messages">
      {message && (
        <section class="proctor-message" data-testid="message" aria-label={say("messageTitle")}>
          <strong>
            <Icon name="mail" /> {say("messageTitle")}
          </strong>
          <p>{message.text}</p>
          <button
            type="button"
            class="main-act"
            data-testid="understood"
            onClick={() => seat.understood(message.id)}
          >
            {say("understood")} <kbd>Esc</kbd>
          </button>
        </section>
      )}
    </div>
  );
}

/** The one polite region of the page. */
function Spoken() {
  const { text, number } = spoken.value;
  return (
    <p class="visually-hidden" role="status" data-testid="spoken">
      <span key={number}>{text}</span>
    </p>
  );
}

/** The bundled letters come behind everything else, for machines without Chinese ones. */
function bringLetters(root: HTMLElement): void {
  const address = root.dataset.fonts;
  if (!address) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
}

let seat: Seat | null = null;
const oneWindow = new OneWindow(async () => seat?.giveWay());

/** Work here from now on; the window that did so before has given way. */
async function workHere(): Promise<void> {
  await oneWindow.takeOver();
  location.reload();
}

async function begin(root: HTMLElement): Promise<void> {
  const now = root.dataset.now ?? "";
  if (now) time.take(now);
  else takeChosenLanguage();
  if (!(await oneWindow.take())) {
    render(<veils.Replaced workHere={workHere} />, root);
    return;
  }
  const drawer = await openDrawer();
  state.isStoreBroken.value = !drawer.isLasting;
  seat = new Seat(drawer);
  beginView(await seat.resume());
  watch(seat);
  show(seat, root);
  bringLetters(root);
  void keepPage(now === "", () => seat?.unsent() ?? Promise.resolve());
}

function show(seat: Seat, root: HTMLElement): void {
  render(
    <SeatContext.Provider value={seat}>
      <Messages seat={seat} />
      <Page seat={seat} />
      <Spoken />
    </SeatContext.Provider>,
    root,
  );
}

const root = document.getElementById("sitting");
if (root) void begin(root);
