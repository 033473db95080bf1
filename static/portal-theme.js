/* The chosen theme, set before the first paint: no white flash at night. */
(() => {
  "use strict";
  let scheme = null;
  try {
    scheme = window.localStorage.getItem("scheme");
  } catch {
    /* Storage refused: follow the device. */
  }
  const night = window.matchMedia("(prefers-color-scheme: dark)").matches;
  const dark = scheme === "dark" || (scheme !== "light" && night);
  document.documentElement.dataset.frTheme = dark ? "dark" : "light";
})();
