// Times of the day at the site. Making a formatter costs as much as drawing a seat, using one nothing.

const SITE_ZONE = "Asia/Shanghai";
const MINUTE = { timeZone: SITE_ZONE, hour12: false, hour: "2-digit", minute: "2-digit" } as const;
const toTheMinute = new Intl.DateTimeFormat("en-GB", MINUTE);
const toTheSecond = new Intl.DateTimeFormat("en-GB", { ...MINUTE, second: "2-digit" });
const day = new Intl.DateTimeFormat("sv-SE", { timeZone: SITE_ZONE });

/** A time of the day at the site: to the minute, or to the second. */
export function siteTime(instant: string | number, hasSeconds: boolean): string {
  return (hasSeconds ? toTheSecond : toTheMinute).format(new Date(instant));
}

/** A day at the site, as 2026-06-01. */
export function siteDay(instant: string | number): string {
  return day.format(new Date(instant));
}
