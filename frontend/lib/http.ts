// Asking the server: JSON both ways, refusals in words, a lost line told apart.
export interface Problem {
  where: string;
  place?: string;
  code: string;
  message: string;
}

export interface Answer {
  ok: boolean;
  code?: string;
  message?: string;
  problems?: Problem[];
  // biome-ignore lint/suspicious/noExplicitAny: the reply of the address asked
  [name: string]: any;
}

export const LINE_LOST = "line_lost";

function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

async function answered(request: Promise<Response>): Promise<Answer> {
  try {
    const response = await request;
    return (await response.json()) as Answer;
  } catch {
    return { ok: false, code: LINE_LOST };
  }
}

export function postJson(address: string, body: unknown): Promise<Answer> {
  return answered(
    fetch(address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": token(),
      },
      body: JSON.stringify(body),
    }),
  );
}

export function postForm(address: string, form: FormData): Promise<Answer> {
  return answered(
    fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      body: form,
    }),
  );
}

export function getJson(address: string): Promise<Answer> {
  return answered(fetch(address, { headers: { Accept: "application/json" } }));
}

/** A part of a page as HTML; null when it could not be fetched. */
export async function getPart(address: string): Promise<string | null> {
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}
