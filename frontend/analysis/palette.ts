// Colours of charts: the page's tokens, or black on white on paper. Shapes and dashes tell
// everything apart without them.

export type Palette = {
  ink: string;
  soft: string;
  line: string;
  surface: string;
  accent: string;
  accentGround: string;
  attention: string;
  danger: string;
  dangerGround: string;
  font: string;
};

const TOKENS: Record<Exclude<keyof Palette, "font">, string> = {
  ink: "--ink",
  soft: "--ink-soft",
  line: "--line",
  surface: "--surface",
  accent: "--accent",
  accentGround: "--accent-ground",
  attention: "--attention",
  danger: "--danger",
  dangerGround: "--danger-ground",
};

const PAPER: Omit<Palette, "font"> = {
  ink: "#000000",
  soft: "#333333",
  line: "#bbbbbb",
  surface: "#ffffff",
  accent: "#222222",
  accentGround: "#e6e6e6",
  attention: "#444444",
  danger: "#000000",
  dangerGround: "#eeeeee",
};

export function paperPalette(element: HTMLElement): Palette {
  return { ...PAPER, font: getComputedStyle(element).fontFamily };
}

export function screenPalette(element: HTMLElement): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const found = Object.fromEntries(
    Object.entries(TOKENS).map(([key, token]) => [key, read(token)]),
  ) as Omit<Palette, "font">;
  return { ...found, font: style.fontFamily };
}

/** Dashes and symbols by which curves are told apart on paper and by the colour blind. */
export const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [3, 3], [12, 4]] as const;
export const SYMBOLS = [
  "circle",
  "rect",
  "triangle",
  "diamond",
  "emptyCircle",
  "emptyRect",
] as const;
