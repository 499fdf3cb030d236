// The seat's page without a line: this worker keeps the page and its built files, nothing else, and
// hands them out when the server cannot be reached. With a line the server's page always comes first.

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Asking extends Lasting {
  data: unknown;
  source: { postMessage(message: unknown): void } | null;
}
interface Worker {
  addEventListener(name: "install" | "activate", hear: (event: Lasting) => void): void;
  addEventListener(name: "fetch", hear: (event: Fetching) => void): void;
  addEventListener(name: "message", hear: (event: Asking) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}

const worker = self as unknown as Worker;
const PAGE = "/sitting";
const BUILT = "/static/dist/";
const CACHES = "exam-seat-";
/** So long the server is waited for where a kept page stands by. */
const PATIENCE_MS = 3_000;
/** The page's own time stands in it: what is kept must not be taken for the time of now. */
const TIME = /( data-now=")[^"]*(")/;
const FILE = /\/static\/dist\/[\w./-]+/g;

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE) event.respondWith(page(event));
  else if (address.pathname.startsWith(BUILT)) event.respondWith(file(request));
});

/** The page says which files it has used, or asks whether there is a newer one of itself. */
worker.addEventListener("message", (event) => {
  const asked = event.data as { keep?: string[]; isNewest?: boolean };
  if (asked.keep) event.waitUntil(keepUsed(asked.keep));
  if (asked.isNewest) event.waitUntil(tellNewer(event.source));
});

async function page(event: Fetching): Promise<Response> {
  const fromServer = fetch(event.request).then((response) => {
    if (isWhole(response)) event.waitUntil(keepPage(response.clone()).catch(() => undefined));
    return response;
  });
  const kept = await keptPage();
  if (!kept) return fromServer;
  // A proxy whose server is away answers as well, and says nothing of the exam.
  const good = fromServer.then((response) => (response.status < 500 ? response : kept));
  event.waitUntil(good.catch(() => undefined));
  return Promise.race([good.catch(() => kept), after(PATIENCE_MS).then(() => kept)]);
}

async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  const name = await newest();
  if (isWhole(response) && name) await put(name, request, response.clone());
  return response;
}

function isWhole(response: Response): boolean {
  return response.ok && !response.redirected;
}

async function keptPage(): Promise<Response | undefined> {
  return caches.match(PAGE, { ignoreVary: true });
}

/** The caches of ours, each named by the files of its page. */
async function names(): Promise<string[]> {
  return (await caches.keys()).filter((name) => name.startsWith(CACHES));
}

async function newest(): Promise<string | undefined> {
  return (await names()).at(-1);
}

async function put(name: string, request: RequestInfo, response: Response): Promise<void> {
  const cache = await caches.open(name);
  await cache.put(request, response).catch(() => undefined); // a full disk costs the reload only
}

/** Keep a page once every file it names is here; then those of an older one are let go of. */
async function keepPage(response: Response): Promise<string> {
  const text = await response.text();
  const files = [...new Set(text.match(FILE) ?? [])].sort();
  const name = CACHES + (await hashOf(files.join(" ")));
  const cache = await caches.open(name);
  await Promise.all(
    files.map(async (each) => {
      if (!(await cache.match(each, { ignoreVary: true }))) await cache.add(each);
    }),
  );
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8" });
  const policy = response.headers.get("Content-Security-Policy");
  if (policy) headers.set("Content-Security-Policy", policy);
  await cache.put(PAGE, new Response(text.replace(TIME, "$1$2"), { headers }));
  for (const other of await names()) if (other !== name) await caches.delete(other);
  return name;
}

async function keepUsed(addresses: string[]): Promise<void> {
  if (!(await keptPage())) await keepPage(await fetch(PAGE));
  const name = await newest();
  if (!name) return;
  const cache = await caches.open(name);
  for (const address of addresses) {
    const isOurs = new URL(address, location.href).pathname.startsWith(BUILT);
    if (!isOurs || (await cache.match(address, { ignoreVary: true }))) continue;
    await cache.add(address).catch(() => undefined);
  }
}

/** The line is back: a page that came from here may be older than the server. */
async function tellNewer(asker: Asking["source"]): Promise<void> {
  const before = await newest();
  const response = await fetch(PAGE).catch(() => null);
  if (!response || !isWhole(response)) return;
  const now = await keepPage(response).catch(() => before);
  if (now !== before) asker?.postMessage({ isNewer: true });
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
