// What numeric items and calculations hold beside a value: decimals, a range, units, drawn values.
import { put } from "./closing";
import { type Body, type Json, OWN } from "./model";

export interface NumericOwn {
  decimals: string;
  least: string;
  most: string;
  open: string;
  /** A line each: kV = 1000 */
  units: string;
  /** A line each: U = 100..240 step 20, or R = 10, 22, 47 */
  parameters: string;
  formula: string;
  /** A line each: answer <= 20 */
  conditions: string;
  exact: string;
  pi: string;
}

const EMPTY: NumericOwn = {
  decimals: "",
  least: "",
  most: "",
  open: "",
  units: "",
  parameters: "",
  formula: "",
  conditions: "",
  exact: "",
  pi: "3.14",
};

export function numericOf(body: Body): NumericOwn {
  return { ...EMPTY, ...(body.own as Partial<NumericOwn>) };
}

export function openNumeric(body: Body, content: Json, key: Json): void {
  const own: NumericOwn = {
    ...EMPTY,
    decimals: shown(content.decimals),
    least: key.least ?? "",
    most: key.most ?? "",
    open: key.open ?? "",
    units: ((key.units ?? []) as Json[]).map((each) => `${each.unit} = ${each.factor}`).join("\n"),
    parameters: Object.entries((key.parameters ?? {}) as Json)
      .map(([name, values]) => `${name} = ${valuesLine(values)}`)
      .join("\n"),
    formula: key.formula ?? "",
    conditions: ((key.conditions ?? []) as string[]).join("\n"),
    exact: shown(key.exact_decimals),
    pi: key.pi ?? "3.14",
  };
  body.own = own;
}

function shown(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

export function closeNumeric(
  body: Body,
  content: Json,
  key: Json,
  translations: Record<string, Json>,
): void {
  closeFacts(body, content, key, translations);
  const own = numericOf(body);
  if (body.mode === "range") {
    key.least = own.least.trim();
    key.most = own.most.trim();
    key.open = own.open;
    key.value = "";
  } else key.value = body.value.trim();
}

export function closeCalculation(
  body: Body,
  content: Json,
  key: Json,
  translations: Record<string, Json>,
): void {
  closeFacts(body, content, key, translations);
  const own = numericOf(body);
  content.decimals = whole(own.decimals) ?? 2;
  key.parameters = parametersOf(own.parameters);
  key.formula = own.formula.trim();
  key.pi = own.pi.trim() || "3.14";
  const conditions = lines(own.conditions);
  if (conditions.length) key.conditions = conditions;
  if (own.exact.trim()) key.exact_decimals = whole(own.exact);
  if (own.least.trim()) key.least = own.least.trim();
  if (own.most.trim()) key.most = own.most.trim();
}

/** What both hold: unit, decimals, tolerance, units that may be typed. */
function closeFacts(
  body: Body,
  content: Json,
  key: Json,
  translations: Record<string, Json>,
): void {
  const own = numericOf(body);
  content.unit = (body.unit[OWN] ?? "").trim() || null;
  put(translations, "unit", body.unit);
  if (own.decimals.trim()) content.decimals = whole(own.decimals);
  key.tolerance = body.tolerance.trim() || "0";
  key.tolerance_mode = body.mode;
  const units = lines(own.units).map((line) => {
    const [unit = "", factor = ""] = line.split(/[=＝]/);
    return { unit: unit.trim(), factor: factor.trim() };
  });
  if (units.length) key.units = units;
}

export function lines(typed: string): string[] {
  return typed
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** A whole number as typed; what is none goes on as it is and is told. */
function whole(typed: string): number | string | null {
  const plain = typed.normalize("NFKC").trim();
  if (!plain) return null;
  return /^\d+$/.test(plain) ? Number(plain) : plain;
}

function valuesLine(values: Json): string {
  if (Array.isArray(values)) return values.join(", ");
  return `${values.from}..${values.to} step ${values.step}`;
}

/** “U = 100..240 step 20” and “R = 10, 22, 47” as the values of parameters. */
export function parametersOf(typed: string): Json {
  return Object.fromEntries(
    lines(typed).map((line) => {
      const [name = "", values = ""] = line.split(/[=＝]/);
      return [name.trim(), valuesOf(values.normalize("NFKC").trim())];
    }),
  );
}

function valuesOf(typed: string): Json {
  const range = /^(\S+?)\s*(?:\.\.|…|~|～|至|to)\s*(\S+?)(?:\s*(?:step|步长)\s*(\S+))?$/.exec(
    typed,
  );
  if (range) return { from: range[1], to: range[2], step: range[3] ?? "1" };
  return typed
    .split(/[,、;，；]/)
    .map((each) => each.trim())
    .filter(Boolean);
}
