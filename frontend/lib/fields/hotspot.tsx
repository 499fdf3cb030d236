// Pointing in a picture: by click, or with a cross that the arrow keys move.
import { useRef, useState } from "preact/hooks";
import { safePicture } from "../html";
import { type Spot, spotOf } from "./answers";
import { type FieldProps, useChange, words } from "./field";

const STEPS: Record<string, Spot> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const FAR = 10;
const ZOOMS = [1, 1.5, 2, 3] as const;

export function Hotspot(props: FieldProps) {
  const { item, answer, name } = props;
  const change = useChange(props);
  const say = words(props);
  const picture = useRef<HTMLImageElement>(null);
  const [cross, setCross] = useState<Spot | null>(null);
  const [zoom, setZoom] = useState<number>(ZOOMS[0]);
  const [width, height] = [item.width ?? 1, item.height ?? 1];
  const spot = spotOf(answer);
  const set = (at: Spot) => {
    setCross(null);
    change(() => at);
  };
  function point(event: MouseEvent) {
    const box = picture.current?.getBoundingClientRect();
    if (!box?.width) return;
    set([
      inside(((event.clientX - box.left) / box.width) * width, width),
      inside(((event.clientY - box.top) / box.height) * height, height),
    ]);
  }
  function press(event: KeyboardEvent) {
    const step = STEPS[event.key];
    const at = cross ?? spot ?? [Math.round(width / 2), Math.round(height / 2)];
    if (step) {
      const far = event.shiftKey ? FAR : 1;
      setCross([inside(at[0] + step[0] * far, width), inside(at[1] + step[1] * far, height)]);
    } else if (event.key === "Enter" || event.key === " ") set(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div class="hotspot">
      <p class="field-help" id={`${name}-how`}>
        {say("point")}
      </p>
      <div class="hotspot-frame">
        {/* A picture to point in has no element of its own; "application" hands it the arrow keys. */}
        <div
          class="hotspot-picture"
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the cross is moved by keys
          tabIndex={0}
          data-own-keys
          data-testid="hotspot"
          aria-label={say("pointLabel", { alt: item.alt ?? "" })}
          aria-describedby={`${name}-how ${name}-where`}
          onClick={point}
          onKeyDown={press}
          onBlur={() => setCross(null)}
        >
          <img
            ref={picture}
            src={safePicture(item.picture)}
            alt=""
            style={{ width: `${width * zoom}px`, maxWidth: zoom === 1 ? "100%" : "none" }}
            draggable={false}
          />
          {spot && <Mark at={spot} size={[width, height]} kind="is-set" />}
          {cross && <Mark at={cross} size={[width, height]} kind="is-moving" />}
        </div>
      </div>
      <Zoom props={props} zoom={zoom} setZoom={setZoom} />
      <p class="field-help figures" id={`${name}-where`} role="status" data-testid="hotspot-where">
        {whereWords(props, cross, spot)}
      </p>
    </div>
  );
}

interface ZoomProps {
  props: FieldProps;
  zoom: number;
  setZoom: (zoom: number) => void;
}

function Zoom({ props, zoom, setZoom }: ZoomProps) {
  const say = words(props);
  const place = (ZOOMS as readonly number[]).indexOf(zoom);
  const [smaller, larger] = [ZOOMS[place - 1], ZOOMS[place + 1]];
  return (
    <p class="hotspot-zoom">
      <button type="button" disabled={!larger} onClick={() => larger && setZoom(larger)}>
        ＋ {say("larger")}
      </button>
      <button type="button" disabled={!smaller} onClick={() => smaller && setZoom(smaller)}>
        － {say("smaller")}
      </button>
    </p>
  );
}

function whereWords(props: FieldProps, cross: Spot | null, spot: Spot | null): string {
  const say = words(props);
  if (cross) return say("crossAt", { x: cross[0], y: cross[1] });
  return spot ? say("setAt", { x: spot[0], y: spot[1] }) : say("notSet");
}

function Mark({ at, size, kind }: { at: Spot; size: Spot; kind: string }) {
  const place = { left: `${(at[0] / size[0]) * 100}%`, top: `${(at[1] / size[1]) * 100}%` };
  return <span class={`hotspot-mark ${kind}`} style={place} />;
}

function inside(value: number, most: number): number {
  return Math.min(most, Math.max(0, Math.round(value)));
}
