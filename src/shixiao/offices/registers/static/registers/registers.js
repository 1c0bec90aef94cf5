// What a form of this desk does beyond sending itself. Everything works without it.
(() => {
  "use strict";

  // A day by one press: today, yesterday.
  document.querySelectorAll(".reg-quick").forEach((part) => { part.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-day]");
    const field = button && document.getElementById(button.dataset.for);
    if (!field) return;
    field.value = button.dataset.day;
    field.focus();
  });

  // Enter goes on to the next field, and sends the form from the last one. A text of several lines keeps its Enter.
  const first = document.querySelector("form[data-enter]");
  if (!first) return;
  const fields = () => [...first.querySelectorAll("input:not([type=hidden]):not([type=file]), select, textarea")]
    .filter((field) => field.offsetParent !== null && !field.closest("details"));
  const wrong = first.querySelector(".has-error input, .has-error select, .has-error textarea");
  (wrong || fields()[0])?.focus();
  first.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (event.ctrlKey || event.metaKey) { first.requestSubmit(first.querySelector(".btn-primary")); return; }
    if (event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLButtonElement) return;
    const every = fields();
    const next = every[every.indexOf(event.target) + 1];
    event.preventDefault();
    if (next) next.focus(); else first.requestSubmit(first.querySelector(".btn-primary"));
  });
})();
