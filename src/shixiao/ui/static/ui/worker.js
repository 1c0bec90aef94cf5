// The service worker: it keeps what a page allows to be kept, for one person, and shows it while there is no network.
//
// The server writes the release and the addresses before these lines (casework/views/phone.py). What is allowed stands in two headers
// (ui/offline.py): without Shixiao-Keep nothing of a page is kept. Whatever was kept for somebody else, or before nobody was signed in, goes
// with the first answer that says so; another release takes the place of everything.
"use strict";

importScripts(UNSENT);

const PARTS = `shixiao-parts-${RELEASE}`;
const PAGES = `shixiao-pages-${RELEASE}-`; // followed by the mark of the person
const KEPT_AT = "Shixiao-Kept-At", KEEP = "Shixiao-Keep", PERSON = "Shixiao-Person";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const parts = await caches.open(PARTS);
    await parts.addAll([...FRAME, OFFLINE].map((address) => new Request(address, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    await drop((name) => name !== PARTS && !name.startsWith(PAGES));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, request));
  else if (address.pathname.startsWith(STATIC)) event.respondWith(part(request));
});

// A page that was there before the worker asks to be kept, with the files it is made of.
self.addEventListener("message", (event) => {
  if (event.data && event.data.keep) event.waitUntil(keepAsked(event.data).catch(() => {}));
});

// The network is back while no page is open: what waits is sent.
self.addEventListener("sync", (event) => {
  if (event.tag === "unsent") event.waitUntil(self.unsent.sendAll());
});

async function page(event, request) {
  let answer;
  try {
    answer = await fetch(request);
  } catch (error) {
    return withoutNetwork(request);
  }
  // Only what is kept is read a second time: of a file of 100 MB nothing piles up here.
  const copy = answer.headers.has(KEEP) ? answer.clone() : answer;
  event.waitUntil(look(request.url, copy).catch(() => {}));
  return answer;
}

// What an answer says of who this is, and whether it may be kept.
async function look(address, answer) {
  const person = answer.headers.get(PERSON);
  if (!person) return; // a redirection, a file, a server in trouble: it says nothing of the person
  const mine = PAGES + person;
  await drop((name) => name.startsWith("shixiao-pages-") && name !== mine);
  const allowed = Number(answer.headers.get(KEEP) || 0), control = answer.headers.get("Cache-Control") || "";
  if (person === "none" || !(allowed > 0) || control.includes("no-store")) {
    if ([403, 404].includes(answer.status)) await (await caches.open(mine)).delete(address); // it is this person's no more
    return;
  }
  if (!answer.ok || answer.redirected) return;
  const headers = new Headers(answer.headers);
  ["Content-Encoding", "Content-Length", "Set-Cookie"].forEach((name) => headers.delete(name));
  const now = Date.now();
  headers.set(KEPT_AT, String(now));
  const text = (await answer.text()).replace("<body", `<body data-kept-at="${now}"`);
  const pages = await caches.open(mine);
  await pages.put(address, new Response(text, { status: 200, headers }));
}

async function withoutNetwork(request) {
  await forgetOld();
  const wanted = await caches.match(request.url) || (new URL(request.url).pathname === START && await newest());
  return wanted || await caches.match(OFFLINE) || Response.error();
}

async function newest() {
  let found = null;
  for (const [, answer] of await kept()) {
    if (!found || Number(answer.headers.get(KEPT_AT)) > Number(found.headers.get(KEPT_AT))) found = answer;
  }
  return found;
}

// Every page that is kept: where, and what.
async function kept() {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(PAGES)) continue;
    const pages = await caches.open(name);
    for (const request of await pages.keys()) found.push([() => pages.delete(request), await pages.match(request)]);
  }
  return found;
}

// No page stays longer than it said, and none from a time that has not come: then the clock of the phone was set.
async function forgetOld() {
  for (const [forget, answer] of await kept()) {
    const age = (Date.now() - Number(answer.headers.get(KEPT_AT))) / 1000;
    if (!(age >= -300 && age <= Number(answer.headers.get(KEEP)))) await forget();
  }
}

async function part(request) {
  try {
    return await fetch(request); // a file named by its content comes from the browser's own store without asking
  } catch (error) {
    return await caches.match(request.url) || Response.error();
  }
}

async function keepAsked(asked) {
  const answer = await fetch(asked.keep, { credentials: "same-origin", redirect: "manual", headers: { Accept: "text/html" } });
  if (answer.type === "opaqueredirect") return;
  if (Number(answer.headers.get(KEEP) || 0) > 0) {
    const parts = await caches.open(PARTS);
    const wanted = asked.parts.filter((each) => each.startsWith(self.location.origin + STATIC));
    for (const each of wanted) if (!(await parts.match(each))) await parts.add(each);
  }
  await look(asked.keep, answer);
}

async function drop(which) {
  await Promise.all((await caches.keys()).filter((name) => name.startsWith("shixiao-") && which(name)).map((name) => caches.delete(name)));
}
