// The little that a page does by itself. Everything works without it.
(() => {
  "use strict";

  const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

  // "/" goes to the search field, Escape leaves it.
  document.addEventListener("keydown", (event) => {
    const search = document.querySelector("[data-search]");
    if (!search) return;
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && event.target === search) {
      search.blur();
    } else if (event.key === "ArrowDown" && event.target === search) {
      // From what is looked for to what was found, past the menu and everything else that Tab would stop at.
      const found = document.querySelector("#result table a");
      if (found) {
        event.preventDefault();
        found.focus();
      }
    }
  });

  // A button that asks for it is pressed once: a second press while the answer is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-once")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  // Signing out empties what this browser keeps for the person. What was written and not sent is said first; pressed again, it goes, too.
  const leftHere = (person) => {
    try {
      const drafts = Object.keys(localStorage).filter((name) => name.startsWith(`shixiao:draft:${person}:`)).length;
      return drafts + Number(localStorage.getItem(`shixiao:unsent:${person}`) || 0);
    } catch (error) {
      return 0;
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-leaves")) return;
    const said = document.getElementById("unsent-at-leaving");
    if (said && said.hidden && leftHere(document.body.dataset.person || "")) {
      event.preventDefault();
      said.hidden = false;
      said.setAttribute("role", "alert");
      said.scrollIntoView();
      return;
    }
    try {
      Object.keys(localStorage).filter((name) => name.startsWith("shixiao:")).forEach((name) => localStorage.removeItem(name));
      if (self.indexedDB) indexedDB.deleteDatabase("shixiao");
      if (self.caches) caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
    } catch (error) { /* a browser that keeps nothing */ }
  });

  // A chosen file too large for the server is refused before it is sent, so that nothing else typed is lost.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || field.type !== "file" || !field.dataset.limit) return;
    const size = [...field.files].reduce((sum, file) => sum + file.size, 0);
    const isTooLarge = size > Number(field.dataset.limit);
    field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
    if (isTooLarge) field.reportValidity();
  });

  // A place in a file that has just been shown is brought into view inside its own pane.
  document.addEventListener("htmx:afterSwap", (event) => {
    const pane = event.target.closest(".original");
    const meant = pane && (pane.querySelector("mark") || pane.querySelector("td.meant") || pane.querySelector("tr.meant"));
    const rows = pane && pane.querySelector(".original-rows");
    if (!meant || !rows) return;
    const [inner, outer] = [meant.getBoundingClientRect(), rows.getBoundingClientRect()];
    rows.scrollTop += inner.top - outer.top - outer.height / 3;
    rows.scrollLeft += inner.left - outer.left - outer.width / 3;
  });

  // A part that could not be fetched is said; htmx alone would show nothing.
  const failed = document.getElementById("part-failed");
  const tell = (isFailed) => {
    if (!failed) return;
    failed.setAttribute("role", isFailed ? "alert" : "none");
    failed.hidden = !isFailed;
  };
  ["htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, () => tell(true)));
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status >= 500) tell(true); });
  document.addEventListener("htmx:afterSwap", () => tell(false));

  // On a phone parts in which nothing asks for anybody begin folded.
  const fold = (within) => {
    if (!window.matchMedia("(max-width: 700px)").matches) return;
    within.querySelectorAll("details[data-folds-on-phone][open]").forEach((part) => { part.open = false; });
  };
  fold(document);
  document.addEventListener("htmx:afterSwap", (event) => fold(event.target));

  // Printing shows what is folded away.
  const opened = [];
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("main details:not([open])").forEach((part) => {
      part.open = true;
      opened.push(part);
    });
  });
  window.addEventListener("afterprint", () => {
    opened.splice(0).forEach((part) => { part.open = false; });
  });
})();
