// Pages made for a phone: what is being written survives, a report waits for the network, photos are made small, and the page can be read
// without a network where it says so. Without this script the forms are forms.
(() => {
  "use strict";

  const body = document.body, person = body.dataset.person || "";
  const told = document.getElementById("phone-words");
  const words = told ? told.dataset : {};
  const DRAFT = `shixiao:draft:${person}:`, COUNT = `shixiao:unsent:${person}`;
  const LONG_SIDE = 2048, QUALITY = 0.82;
  const AGAIN = 60 * 1000, SOON = 3000;

  const when = (moment) => new Date(moment).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const element = (name, text, more) => Object.assign(document.createElement(name), { textContent: text }, more);
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const refill = (place, several) => {
    place.textContent = "";
    place.append(...several);
  };
  const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  // ---- what is being written: in this browser until it is sent, for this person --------------------------------------

  const store = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
    } catch (error) { /* a browser that keeps nothing: the form still works */ }
  };
  const stored = (name) => {
    try { return JSON.parse(localStorage.getItem(name)); } catch (error) { return null; }
  };
  const draftName = (form) => DRAFT + form.getAttribute("action");
  const fields = (form) => Array.from(form.elements).filter((each) => each.name && each.matches("textarea, select, input:not([type=hidden]):not([type=file]):not([type=radio]):not([type=checkbox])"));

  // One key for what stands in the form: a second tab, a second press, tomorrow's press send the same.
  const keyOf = (form) => {
    const draft = form.hasAttribute("data-draft") ? stored(draftName(form)) : null;
    if (draft && draft.key) return draft.key;
    if (!form.shixiaoKey) form.shixiaoKey = newKey();
    return form.shixiaoKey;
  };
  const keepDraft = (form) => {
    const values = Object.fromEntries(fields(form).map((each) => [each.name, each.value]));
    const isEmpty = Object.values(values).every((value) => !value);
    store(draftName(form), isEmpty ? null : { key: keyOf(form), values, at: Date.now() });
  };
  const dropDraft = (form) => {
    store(draftName(form), null);
    delete form.shixiaoKey;
  };
  const fill = (form, values) => {
    fields(form).forEach((each) => { if (values[each.name]) each.value = values[each.name]; });
    const folded = form.closest("details");
    if (folded) folded.open = true;
  };
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const draft = stored(draftName(form));
    if (!draft || !draft.values) return;
    fill(form, draft.values);
    say(form, filled(words.restored, { at: when(draft.at) }), false);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-draft") && event.target.type !== "file") keepDraft(form);
  });

  // ---- photos: drawn anew, smaller, upright, without the place where they were taken -----------------------------------

  const photos = new Map(); // form → what it will send
  const pending = new Map(); // form → photos that are still being drawn
  const photosOf = (form) => photos.get(form) || [];

  const drawable = async (file) => {
    if (self.createImageBitmap) {
      try { return await createImageBitmap(file, { imageOrientation: "from-image" }); } catch (error) { /* an older browser, or no picture */ }
    }
    const address = await new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    });
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    return picture;
  };
  const smaller = async (file) => {
    const picture = await drawable(file);
    const width = picture.naturalWidth || picture.width, height = picture.naturalHeight || picture.height;
    const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
    const canvas = element("canvas", "", { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (picture.close) picture.close();
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
    if (!blob) throw new Error("not drawn");
    return { name: `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`, blob };
  };
  const megabytes = (size) => (size / (1 << 20)).toFixed(size < (10 << 20) ? 1 : 0);

  const take = async (input) => {
    const form = input.form, limit = Number(input.dataset.limit), chosen = Array.from(input.files);
    input.value = "";
    const problems = [];
    for (const file of chosen) {
      if (file.size > limit) {
        problems.push(filled(words.photoTooLarge, { name: file.name, size: megabytes(file.size), limit: megabytes(limit) }));
        continue;
      }
      try {
        const photo = await smaller(file);
        if (photosOf(form).reduce((sum, each) => sum + each.blob.size, photo.blob.size) > limit) {
          problems.push(filled(words.photosTooLarge, { limit: megabytes(limit) }));
        } else {
          photos.set(form, [...photosOf(form), photo]);
        }
      } catch (error) {
        problems.push(filled(words.photoUnreadable, { name: file.name }));
      }
    }
    say(form, problems.join(" "), true);
    listPhotos(form);
  };
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.hasAttribute("data-photos")) return;
    const work = take(input);
    pending.set(input.form, Promise.all([pending.get(input.form), work]));
  });
  function listPhotos(form) {
    const list = form.querySelector("[data-photo-list]");
    if (!list) return;
    refill(list, photosOf(form).map((photo) => {
      const line = element("li", `${photo.name} · ${megabytes(photo.blob.size)} MB `);
      const away = element("button", words.away, { type: "button", className: "quiet" });
      away.setAttribute("aria-label", `${words.away} ${photo.name}`);
      away.addEventListener("click", () => {
        photos.set(form, photosOf(form).filter((each) => each !== photo));
        listPhotos(form);
      });
      line.append(away);
      return line;
    }));
  }

  // ---- saying ----------------------------------------------------------------------------------------------------------

  function say(form, sentence, isWrong) {
    const place = form.querySelector("[data-form-said]");
    if (!place) return;
    place.className = sentence ? (isWrong ? "notice notice-error" : "hint") : "";
    place.textContent = sentence;
  }
  const unmark = (form) => {
    form.querySelectorAll("[data-said-here]").forEach((each) => each.remove());
    fields(form).forEach((each) => each.removeAttribute("aria-invalid"));
    say(form, "", false);
  };
  const markRefused = (form, refused) => {
    const rest = [];
    refused.forEach((each) => {
      const field = each.field && form.elements[each.field];
      if (!(field instanceof HTMLElement)) {
        rest.push(each.said);
        return;
      }
      const line = element("p", `✕ ${each.said}`, { className: "error" });
      line.setAttribute("data-said-here", "");
      field.setAttribute("aria-invalid", "true");
      field.after(line);
    });
    const first = form.querySelector("[aria-invalid=true]");
    if (first) first.focus();
    say(form, rest.join(" "), true);
  };
  const announce = (sentence, link) => {
    const place = document.getElementById("phone-said");
    if (!place) return;
    refill(place, [element("p", sentence)]);
    if (link) place.firstChild.append(" ", element("a", link.title, { href: link.address }));
    place.className = sentence ? "notice" : "";
  };

  // ---- sending ---------------------------------------------------------------------------------------------------------

  const NOT_WRITTEN = ["csrfmiddlewaretoken", "key"];
  const written = (form) => ({
    key: keyOf(form),
    person,
    action: form.getAttribute("action"),
    ticket: words.ticket,
    title: form.dataset.title || "",
    fields: Array.from(new FormData(form)).filter(([name, value]) => typeof value === "string" && !NOT_WRITTEN.includes(name)),
    photos: photosOf(form),
    writtenAt: new Date().toISOString(),
    state: "waiting",
    triedAt: null,
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.send) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    form.setAttribute("aria-busy", "true");
    const sending = form.dataset.send === "kept" ? keepAndSend(form) : sendNow(form);
    sending.finally(() => {
      delete form.dataset.busy;
      form.removeAttribute("aria-busy");
    });
  });

  // A report: first it is safe, then it goes.
  async function keepAndSend(form) {
    unmark(form);
    await pending.get(form);
    try {
      await self.unsent.put(written(form));
    } catch (error) {
      await sendNow(form); // this browser keeps nothing
      return;
    }
    dropDraft(form);
    photos.delete(form);
    form.reset();
    listPhotos(form);
    const folded = form.closest("details");
    if (folded) folded.open = false;
    await show();
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.ready.then((worker) => worker.sync && worker.sync.register("unsent")).catch(() => {});
    }
    await sendRound();
  }

  // Anything else: it goes now, or stays in the form. The same key is asked again after an answer that was lost.
  async function sendNow(form) {
    unmark(form);
    await pending.get(form);
    const item = written(form);
    let result;
    try {
      const pass = await self.unsent.ticket(words.ticket);
      if (!pass) result = { later: self.unsent.SIGNED_OUT };
      else if (pass.person !== person) result = { refused: [{ field: "", said: words.otherPerson }] };
      else result = await self.unsent.send(item, pass.token);
    } catch (error) {
      result = { later: self.unsent.OFFLINE };
    }
    if (result.later) {
      say(form, result.later === self.unsent.SIGNED_OUT ? words.signedOutHere : words.offlineHere, true);
    } else if (result.refused) {
      markRefused(form, result.refused.length ? result.refused : [{ field: "", said: why(result) }]);
    } else {
      dropDraft(form);
      location.assign(result.next);
    }
  }

  const why = (result) => ({ 404: words.gone, 413: words.tooLarge }[result.status] || filled(words.failed, { status: result.status }));

  let wakes = null;
  async function sendRound() {
    if (!person || !self.unsent) return;
    const arrived = [];
    const outcome = await self.unsent.sendAll((item, result) => { if (result.said) arrived.push(result.said); });
    const left = await show();
    clearTimeout(wakes);
    if (left.some((item) => item.state === "waiting")) {
      wakes = setTimeout(sendRound, outcome === self.unsent.BUSY || outcome === self.unsent.DONE ? SOON : AGAIN);
    }
    const { SIGNED_OUT, OFFLINE } = self.unsent;
    if (outcome === SIGNED_OUT) announce(words.signedOut, { title: words.signIn, address: words.signInAddress });
    else if (arrived.length) announce(arrived.join(" "));
    else if (outcome === OFFLINE && left.length) announce(words.waits);
  }

  // What waits, and what was refused, with what can be done about it.
  async function show() {
    const place = document.getElementById("unsent");
    let mine = [];
    try { mine = await self.unsent.all(person); } catch (error) { /* this browser keeps nothing */ }
    store(COUNT, mine.length || null);
    if (place) {
      place.hidden = !mine.length;
      refill(place.querySelector("ul"), mine.map(line));
    }
    return mine;
  }
  function line(item) {
    const photosSaid = item.photos && item.photos.length ? ` · ${filled(words.withPhotos, { n: item.photos.length })}` : "";
    const entry = element("li", "");
    const title = element("p", "");
    title.append(element("strong", item.title));
    entry.append(title, element("p", `${when(item.writtenAt)}${photosSaid}`, { className: "who" }));
    if (item.state === "waiting") {
      entry.append(element("p", words.isWaiting));
      return entry;
    }
    const reasons = item.state === "old" ? [words.isOld] : (item.refused || []).map((each) => each.said);
    entry.append(element("p", `✕ ${reasons.join(" ") || why(item)}`, { className: "error" }));
    const actions = element("p", "", { className: "actions" });
    const form = Array.from(document.querySelectorAll("form[data-send=kept]")).find((each) => each.getAttribute("action") === item.action);
    if (form) actions.append(button(words.edit, item, () => edit(form, item)));
    actions.append(button(words.again, item, async () => {
      await self.unsent.put({ ...item, state: "waiting", triedAt: null });
      await sendRound();
    }));
    const away = button(words.discard, item, async () => {
      if (!away.dataset.asked) {
        away.dataset.asked = "yes";
        away.textContent = words.discardSure;
        return;
      }
      await self.unsent.remove(item.key);
      await show();
    });
    actions.append(away);
    entry.append(actions);
    return entry;
  }
  function button(title, item, press) {
    const made = element("button", title, { type: "button", className: "btn" });
    made.setAttribute("aria-label", `${title} ${item.title}`);
    made.addEventListener("click", press);
    return made;
  }
  // Back into its form, with its photos, as something new.
  async function edit(form, item) {
    fill(form, Object.fromEntries(item.fields));
    photos.set(form, item.photos || []);
    listPhotos(form);
    dropDraft(form);
    keepDraft(form);
    await self.unsent.remove(item.key);
    await show();
    const first = fields(form)[0];
    if (first) first.focus();
  }

  // ---- without a network -----------------------------------------------------------------------------------------------

  const isOld = document.getElementById("phone-kept");
  if (body.dataset.keptAt && isOld) {
    isOld.textContent = filled(words.kept, { at: when(Number(body.dataset.keptAt)) });
    isOld.hidden = false;
  }

  // The page that stands in for others: what this phone keeps.
  async function listKept(place) {
    const found = [];
    for (const name of (await caches.keys()).filter((each) => each.startsWith("shixiao-pages-"))) {
      const pages = await caches.open(name);
      for (const request of await pages.keys()) {
        const page = new DOMParser().parseFromString(await (await pages.match(request)).text(), "text/html");
        found.push({ address: request.url, title: page.title, at: Number(page.body.dataset.keptAt) });
      }
    }
    refill(place, found.sort((a, b) => b.at - a.at).map((each) => {
      const entry = element("li", "");
      entry.append(element("a", each.title, { href: each.address }), element("span", ` ${when(each.at)}`, { className: "soft" }));
      return entry;
    }));
    place.parentElement.hidden = !found.length;
  }
  const keptList = document.querySelector("[data-kept-list]");
  if (keptList && self.caches) listKept(keptList).catch(() => {});

  // The worker keeps only pages that allow it. A page that came before it was there, or that says what has just been done, is asked for once
  // more. Inside a messenger nothing of this is begun: there it may be gone with the next start.
  if (body.hasAttribute("data-phone") && !body.hasAttribute("data-inside") && "serviceWorker" in navigator) {
    // Whether the worker saw this page come: once it is there it takes hold of the pages that are open, too.
    const wasThere = Boolean(navigator.serviceWorker.controller);
    navigator.serviceWorker.register(words.worker, { scope: "/" }).then(() => navigator.serviceWorker.ready).then((registration) => {
      const isKept = wasThere && !document.querySelector("main > .notice[role=status]");
      if (body.dataset.keptAt || isKept) return;
      const parts = Array.from(document.querySelectorAll("link[rel=stylesheet], script[src]"), (each) => each.href || each.src);
      registration.active.postMessage({ keep: location.href.replace(/#.*/, ""), parts });
    }).catch(() => {});
  }

  if (told && self.unsent) {
    sendRound();
    window.addEventListener("online", sendRound);
    if (self.unsent.changes) self.unsent.changes.addEventListener("message", () => { show(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) sendRound(); });
  }
})();
