/* The menu, the dialogs, what folds, and the choice of a theme. Every page works without. */
(() => {
  "use strict";

  const root = document.documentElement;
  const controlled = (button) => document.getElementById(button.getAttribute("aria-controls"));

  /* Theme: portal-theme.js reads the same entry before the first paint. */
  const night = window.matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      return window.localStorage.getItem("scheme") ?? "system";
    } catch {
      return "system";
    }
  };

  const paint = (scheme) => {
    root.dataset.frScheme = scheme;
    root.dataset.frTheme = scheme === "dark" || (scheme !== "light" && night.matches) ? "dark" : "light";
    for (const radio of document.getElementsByName("fr-radios-theme")) radio.checked = radio.value === scheme;
  };

  document.addEventListener("change", (event) => {
    if (event.target.name !== "fr-radios-theme") return;
    try {
      window.localStorage.setItem("scheme", event.target.value);
    } catch {
      /* Storage refused: the choice lasts as long as the page. */
    }
    paint(event.target.value);
  });
  night.addEventListener("change", () => paint(chosen()));

  /* Menu of a small screen: it unfolds under the header, and Escape gives the focus back to its button. */
  const menuButton = document.querySelector(".fr-header__navbar button[aria-controls]");
  const header = menuButton?.closest(".fr-header");

  const showMenu = (open) => {
    header.toggleAttribute("data-menu-open", open);
    menuButton.setAttribute("aria-expanded", String(open));
  };

  header?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !header.hasAttribute("data-menu-open")) return;
    showMenu(false);
    menuButton.focus();
  });

  /* Whatever says what it controls: a dialog opens and closes, a section unfolds. */
  const unfold = (button, section) => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    section.classList.toggle("fr-collapse--expanded", open);
  };

  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement) event.target.close(); /* beside what the dialog holds */
    const button = event.target.closest("button[aria-controls]");
    const target = button && controlled(button);
    if (button && button === menuButton) showMenu(!header.hasAttribute("data-menu-open"));
    else if (target instanceof HTMLDialogElement) target.open ? target.close() : target.showModal();
    else if (target?.classList.contains("fr-collapse")) unfold(button, target);
  });

  if (menuButton) {
    controlled(menuButton).removeAttribute("aria-labelledby"); /* a place here, not a dialog */
    showMenu(false);
  }
  paint(chosen());
})();
