/* Small comforts. Every page works without them. */
(() => {
  "use strict";

  const say = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  /* A second click sends nothing: the first is on its way. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("data-busy", "");
    window.setTimeout(() => release(form), 15000);
  });

  const release = (form) => {
    delete form.dataset.sent;
    for (const button of document.querySelectorAll("[data-busy]")) button.removeAttribute("data-busy");
  };

  window.addEventListener("pageshow", () => {
    for (const form of document.forms) release(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });

  /* What changed without a new page is said aloud, in a region that was there before. */
  const announce = (text) => say(document.getElementById("annonces"), text.replace(/\s+/g, " ").trim());

  document.addEventListener("htmx:afterSettle", () => {
    const news = document.querySelector("[data-announce]");
    if (!news) return;
    announce(news.firstChild.textContent);
    if (document.activeElement === document.body) news.focus();
  });

  /* One click copies a number to quote; where the browser refuses, the number is selected. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button, "Copié");
      announce(`${button.dataset.copy} est copié.`);
    } catch {
      window.getSelection().selectAllChildren(button.previousElementSibling);
    }
  });

  /* Errors are read first: the summary takes the focus, the title says it. */
  const showErrors = (root) => {
    const summary = root.querySelector?.("[data-error-summary]");
    if (!summary) return;
    summary.focus();
    if (!document.title.startsWith("Erreur")) document.title = `Erreur – ${document.title}`;
  };
  document.addEventListener("htmx:afterSettle", (event) => showErrors(event.target));

  /* Filters are folded on a small screen while none is set. */
  const foldFilters = () => {
    if (!window.matchMedia("(max-width: 47.99em)").matches) return;
    for (const panel of document.querySelectorAll("[data-filter-panel]:not([data-filter-active])")) panel.open = false;
  };

  /* Paper is white. */
  const root = document.documentElement;
  let screenTheme = null;
  window.addEventListener("beforeprint", () => {
    screenTheme = root.dataset.frTheme;
    root.dataset.frTheme = "light";
  });
  window.addEventListener("afterprint", () => {
    if (screenTheme) root.dataset.frTheme = screenTheme;
  });

  showErrors(document);
  foldFilters();
})();
