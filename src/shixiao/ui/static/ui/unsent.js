// What was written on this phone and has not arrived yet. It lies in the browser's own database until the server has answered, and is
// sent under a key that was made with it: whoever sends it, and however often, it is recorded once (casework/receiving.py).
// The same file works in pages and in the service worker.
(() => {
  "use strict";

  const NAME = "shixiao", STORE = "unsent";
  const PATIENCE = 2 * 60 * 1000; // a photo over a weak line takes its time
  const OLD = 30 * 24 * 3600 * 1000; // the server remembers keys for 90 days (receiving.KEPT)

  // What became of a round of sending, in one word.
  const OFFLINE = "offline", SIGNED_OUT = "signed-out", BUSY = "busy", DONE = "done";

  const opened = () => new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error || new Error("blocked"));
  });

  // One transaction; its result once everything is on the disk.
  const within = async (mode, work) => {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const request = work(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  };

  // Every page that is open shows the same list, whoever of them, or the worker, has sent something.
  const changes = self.BroadcastChannel ? new BroadcastChannel("shixiao-unsent") : null;
  const changed = (result) => {
    if (changes) changes.postMessage("changed");
    return result;
  };
  const put = (item) => within("readwrite", (store) => store.put(item)).then(changed);
  const remove = (key) => within("readwrite", (store) => store.delete(key)).then(changed);
  const all = async (person) => {
    const found = await within("readonly", (store) => store.getAll());
    return found.filter((item) => !person || item.person === person).sort((a, b) => a.writtenAt.localeCompare(b.writtenAt));
  };

  const ask = (address, more) => {
    const patience = AbortSignal.timeout ? { signal: AbortSignal.timeout(PATIENCE) } : {};
    return fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "manual", ...patience, ...more });
  };

  const isJson = (answer) => (answer.headers.get("Content-Type") || "").startsWith("application/json");

  // Who is signed in just now, with a fresh forgery token. Throws where the network is gone; null where nobody is signed in.
  const ticket = async (address) => {
    const answer = await ask(address, { headers: { Accept: "application/json" } });
    if (answer.status >= 500 || answer.status === 429) throw new Error("later");
    return answer.ok && isJson(answer) ? answer.json() : null;
  };

  // Sends one item: {said, next} when it arrived, {refused} when the server said no, {later} when it could not be told.
  const send = async (item, token) => {
    const body = new FormData();
    item.fields.forEach(([name, value]) => body.append(name, value));
    body.set("csrfmiddlewaretoken", token);
    body.set("key", item.key);
    body.set("person", item.person);
    body.set("written_at", item.writtenAt);
    (item.photos || []).forEach((photo) => body.append("photo", photo.blob, photo.name));
    const answer = await ask(item.action, { method: "POST", body, headers: { Accept: "application/json", "Idempotency-Key": item.key } });
    if (answer.type === "opaqueredirect") return { later: SIGNED_OUT };
    if (answer.status >= 500 || answer.status === 429) return { later: OFFLINE };
    if (isJson(answer)) {
      const told = await answer.json();
      return answer.ok ? { said: told.said, next: told.next } : { refused: told.refused };
    }
    return { refused: [], status: answer.status };
  };

  // Everything that waits and belongs to whoever is signed in. One at a time: a second round that begins meanwhile does nothing.
  const round = async (tell) => {
    let waiting = (await all()).filter((item) => item.state === "waiting");
    if (!waiting.length) return DONE;
    let pass;
    try {
      pass = await ticket(waiting[0].ticket);
    } catch (error) {
      return OFFLINE;
    }
    if (!pass) return SIGNED_OUT;
    waiting = waiting.filter((item) => item.person === pass.person);
    for (const item of waiting) {
      if (item.triedAt && !(Date.now() - item.triedAt < OLD)) {
        await put({ ...item, state: "old" });
        continue;
      }
      if (!item.triedAt) await put({ ...item, triedAt: item.triedAt = Date.now() });
      let result;
      try {
        result = await send(item, pass.token);
      } catch (error) {
        return OFFLINE; // whether it arrived nobody knows: the same key asks again
      }
      if (result.later) return result.later;
      if (result.refused) await put({ ...item, state: "refused", refused: result.refused, status: result.status });
      else await remove(item.key);
      if (tell) tell(item, result);
    }
    return DONE;
  };

  let running = null;
  const sendAll = (tell) => {
    if (running) return running.then(() => BUSY);
    const alone = self.navigator.locks
      ? self.navigator.locks.request("shixiao-unsent", { ifAvailable: true }, (lock) => (lock ? round(tell) : BUSY))
      : round(tell);
    running = Promise.resolve(alone).catch(() => OFFLINE).finally(() => { running = null; });
    return running;
  };

  self.unsent = { all, put, remove, send, sendAll, ticket, changes, OFFLINE, SIGNED_OUT, BUSY, DONE };
})();
