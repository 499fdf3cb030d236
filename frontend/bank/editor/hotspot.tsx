// Pointing at a picture: its right areas drawn with the mouse or given as numbers.
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { say } from "../words";
import { askPicture } from "./asking";
import { pictureAddress } from "./extensions";
import { type BodyProps, placed, TextField } from "./fields";
import { type Area, OWN } from "./model";
import { OriginalOnly } from "./rows";
import { drawn, isLargeEnough, polygonPoints } from "./shapes";
import { language } from "./state";

type Shape = Area["shape"];
const shape = signal<Shape>("circle");
/** The area being drawn: where it began, or the points of a polygon so far. */
const pending = signal<Area | null>(null);

export function Hotspot({ body, inside, update }: BodyProps) {
  const setAreas = (areas: Area[]) =>
    update((next) => {
      next.areas = areas;
    });
  const choose = () =>
    askPicture(null, {
      alt: body.alt[OWN],
      onUploaded: ({ sha256, width, height, alt }) =>
        update((next) => {
          next.picture = `media:${sha256}`;
          next.width = width;
          next.height = height;
          next.alt = { ...next.alt, [OWN]: alt };
          next.areas = [];
        }),
    });
  return (
    <section class="paper-hotspot" aria-label={say("hotspotPicture")}>
      <OriginalOnly>
        <button
          class="btn btn-sm btn-outline-primary"
          type="button"
          data-where={`${inside}picture`}
          onClick={choose}
        >
          {say(body.picture ? "otherPicture" : "choosePicture")}
        </button>
      </OriginalOnly>
      {body.picture && (
        <>
          <Canvas body={body} setAreas={setAreas} />
          <TextField
            where={placed(inside, "alt")}
            label={say("alt")}
            help={say("altHelp")}
            value={body.alt[language.value] ?? ""}
            onInput={(text) =>
              update((next) => {
                next.alt = { ...next.alt, [language.value]: text };
              })
            }
          />
          <OriginalOnly>
            <Areas areas={body.areas} setAreas={setAreas} inside={inside} />
          </OriginalOnly>
        </>
      )}
    </section>
  );
}

function Canvas({
  body,
  setAreas,
}: {
  body: BodyProps["body"];
  setAreas: (areas: Area[]) => void;
}) {
  const svg = useRef<SVGSVGElement>(null);
  const mayDraw = language.value === OWN;
  const at = (event: PointerEvent | MouseEvent): [number, number] => {
    const box = svg.current?.getBoundingClientRect();
    if (!box) return [0, 0];
    const x = ((event.clientX - box.left) / box.width) * body.width;
    const y = ((event.clientY - box.top) / box.height) * body.height;
    return [within(x, body.width), within(y, body.height)];
  };
  const finish = () => {
    const area = pending.value;
    pending.value = null;
    if (area && isLargeEnough(area)) setAreas([...body.areas, area]);
  };
  const down = (event: PointerEvent) => {
    if (!mayDraw || event.button !== 0) return;
    const [x, y] = at(event);
    if (shape.value === "poly") {
      const before = pending.value?.shape === "poly" ? pending.value.coords : [];
      pending.value = { shape: "poly", coords: [...before, x, y] };
      return;
    }
    svg.current?.setPointerCapture(event.pointerId);
    pending.value = drawn(shape.value, [x, y], [x, y]);
    start.current = [x, y];
  };
  const start = useRef<[number, number]>([0, 0]);
  const move = (event: PointerEvent) => {
    if (pending.value && shape.value !== "poly")
      pending.value = drawn(shape.value, start.current, at(event));
  };
  return (
    <>
      {mayDraw && <Shapes finish={finish} />}
      <div class="hotspot">
        <img src={pictureAddress(body.picture.slice("media:".length))} alt={body.alt[OWN] ?? ""} />
        <svg
          ref={svg}
          viewBox={`0 0 ${body.width} ${body.height}`}
          aria-hidden="true"
          class={mayDraw ? "is-drawable" : ""}
          data-testid="hotspot-canvas"
          onPointerDown={down}
          onPointerMove={move}
          onPointerUp={() => shape.value !== "poly" && finish()}
          onDblClick={() => shape.value === "poly" && finish()}
        >
          {[...body.areas, ...(pending.value ? [pending.value] : [])].map((area, place) => (
            <Drawn area={area} key={place} />
          ))}
        </svg>
      </div>
    </>
  );
}

function within(value: number, most: number): number {
  return Math.min(Math.max(Math.round(value), 0), most);
}

function Drawn({ area }: { area: Area }) {
  const [a = 0, b = 0, c = 0, d = 0] = area.coords;
  if (area.shape === "circle") return <circle cx={a} cy={b} r={c} />;
  if (area.shape === "rect") return <rect x={a} y={b} width={c - a} height={d - b} />;
  return <polygon points={polygonPoints(area.coords)} />;
}

function Shapes({ finish }: { finish: () => void }) {
  return (
    <div class="hotspot-shapes">
      <fieldset>
        <legend class="visually-hidden">{say("draw")}</legend>
        {(["circle", "rect", "poly"] as const).map((name) => (
          <label class="form-check" key={name}>
            <input
              type="radio"
              class="form-check-input"
              name="shape"
              checked={shape.value === name}
              onChange={() => {
                shape.value = name;
                pending.value = null;
              }}
            />{" "}
            {say(name)}
          </label>
        ))}
        {pending.value?.shape === "poly" && (
          <button class="btn btn-sm btn-outline-primary" type="button" onClick={finish}>
            {say("finishPoly")}
          </button>
        )}
      </fieldset>
      <p class="form-text">{say("drawHelp")}</p>
    </div>
  );
}

const NUMBERS = {
  circle: ["coordX", "coordY", "coordR"],
  rect: ["coordX", "coordY", "coordX2", "coordY2"],
} as const;

function Areas({
  areas,
  setAreas,
  inside,
}: {
  areas: Area[];
  setAreas: (areas: Area[]) => void;
  inside: string;
}) {
  const set = (place: number, coords: number[]) =>
    setAreas(areas.map((area, at) => (at === place ? { ...area, coords } : area)));
  return (
    <fieldset class="hotspot-areas" data-where={`${inside}key`}>
      <legend class="paper-label">{say("areas")}</legend>
      {areas.map((area, place) => (
        <div class="hotspot-area" key={place} data-where={`${inside}key.areas.${place + 1}`}>
          <span>
            {say("area", { number: place + 1 })} · {say(area.shape)}
          </span>
          <Numbers area={area} set={(coords) => set(place, coords)} />
          <button
            class="row-tool"
            type="button"
            aria-label={`${say("remove")}: ${say("area", { number: place + 1 })}`}
            onClick={() => setAreas(areas.filter((_, at) => at !== place))}
          >
            <span aria-hidden="true">✕</span>
          </button>
        </div>
      ))}
      <button
        class="btn btn-sm btn-outline-primary"
        type="button"
        data-testid="add-area"
        onClick={() => setAreas([...areas, drawn(shape.value, [0, 0], [100, 100])])}
      >
        + {say("addArea")}
      </button>
    </fieldset>
  );
}

function Numbers({ area, set }: { area: Area; set: (coords: number[]) => void }) {
  if (area.shape === "poly")
    return (
      <input
        class="form-control form-control-sm"
        aria-label={say("coordPoints")}
        value={area.coords.join(" ")}
        onChange={(event) => set(numbersIn(event.currentTarget.value))}
      />
    );
  return (
    <>
      {NUMBERS[area.shape].map((name, at) => (
        <label class="hotspot-number" key={name}>
          <span>{say(name)}</span>
          <input
            class="form-control form-control-sm"
            type="number"
            value={area.coords[at]}
            onInput={(event) => {
              const next = [...area.coords];
              next[at] = Number(event.currentTarget.value);
              set(next);
            }}
          />
        </label>
      ))}
    </>
  );
}

function numbersIn(text: string): number[] {
  return text
    .split(/[\s,，]+/)
    .map(Number)
    .filter((value) => Number.isFinite(value));
}
