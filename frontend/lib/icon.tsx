// Small pictures that every machine can draw: old ones lack many signs in their letters.

const PATHS = {
  hand: "M7 11V5.5a1.5 1.5 0 0 1 3 0V10m0-5.5V4a1.5 1.5 0 0 1 3 0v6m0-4.5a1.5 1.5 0 0 1 3 0V12m0-3.5a1.5 1.5 0 0 1 3 0V14a7 7 0 0 1-7 7h-1a6 6 0 0 1-4.6-2.2L3.6 14a1.6 1.6 0 0 1 2.3-2.2L7 13",
  display: "M4 6h9m4 0h3M4 12h3m4 0h9M4 18h9m4 0h3M15 4v4M9 10v4m6 2v4",
  card: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M17 14h.01M7 14h.01M10 14h4",
  mail: "M3 6h18v12H3zM3 7l9 7 9-7",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 3",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  enlarge: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  flag: "M5 21V4m0 1h12l-2.5 4L17 13H5",
  picture: "M3 5h18v14H3zM3 17l5-5 4 4 3-3 6 5M15.5 9h.01",
  table: "M3 5h18v14H3zM3 10h18M3 14.5h18M9 5v14M15 5v14",
  bullets: "M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01",
  numbers:
    "M10 6h10M10 12h10M10 18h10M4 4.500l1.500-1V9M3.500 15.500c0-2 3-2 3 0 0 1.500-3 2-3 4h3",
  undo: "M8 4 4 8l4 4M4 8h9.500a5.500 5.500 0 0 1 0 11H8",
  redo: "M16 4l4 4-4 4M20 8h-9.500a5.500 5.500 0 0 0 0 11H16",
  colours: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
};
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
