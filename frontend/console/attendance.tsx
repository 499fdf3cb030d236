// Who is here: the absent by number, and whose face and document nobody has compared yet.
import { signal } from "@preact/signals";
import { isAbsent, isUnchecked, type SeatFacts } from "./facts";
import type { Room } from "./room";
import { mayAct, opened, seats, whyNot } from "./room_state";
import { say } from "./words";

/** The list a proctor has chosen; nothing: the one that the moment asks for. */
export const chosenList = signal<"needs" | "attendance" | null>(null);

/** The sitting where one face after the other is compared; the next one opens by itself. */
export const roundAt = signal<string | null>(null);

export function compareAt(sitting: string): void {
  chosenList.value = "attendance";
  roundAt.value = sitting;
  opened.value = sitting;
}

export function AttendanceList({ room }: { room: Room }) {
  const absent = seats.value.filter(isAbsent);
  const here = seats.value.filter((seat) => !isAbsent(seat));
  const doubtful = here.filter((seat) => seat.attendance === "doubtful");
  const unchecked = here.filter(isUnchecked);
  const checked = here.filter((seat) => seat.attendance === "checked");
  return (
    <div class="attendance" data-testid="attendance-list">
      <Group title={say("doubtfulOnes", { count: doubtful.length })} seats={doubtful} room={room} />
      <Group title={say("absentOnes", { count: absent.length })} seats={absent} room={room} />
      <Group
        title={say("uncheckedOnes", { count: unchecked.length })}
        seats={unchecked}
        room={room}
      />
      <p class="soft">{say("checkedOnes", { count: checked.length, of: here.length })}</p>
    </div>
  );
}

function Group({ title, seats: list, room }: { title: string; seats: SeatFacts[]; room: Room }) {
  if (list.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="attendance-list">
        {list.map((seat) => (
          <li key={seat.sitting}>
            <button
              type="button"
              class="link"
              onClick={() => {
                opened.value = seat.sitting;
              }}
            >
              <strong class="figures">{seat.seat}</strong> {seat.name}
            </button>
            <small class="soft figures">{seat.ticket}</small>
            {mayAct.value && (
              <button
                type="button"
                class="small"
                disabled={whyNot.value !== null}
                onClick={() => {
                  if (isAbsent(seat))
                    void room.settle("mark_attendance", seat.sitting, { mark: "present" });
                  else compareAt(seat.sitting);
                }}
              >
                {say(isAbsent(seat) ? "markPresent" : "checkIdentity")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
