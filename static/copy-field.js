/* A button beside each field copies it; where the browser refuses, the field is selected. */
(() => {
  "use strict";

  const announce = (text) => {
    const region = document.getElementById("annonces");
    if (region) region.textContent = text;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy-field]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copyField);
    const label = field.labels[0].textContent.trim();
    try {
      await navigator.clipboard.writeText(field.value);
      button.firstChild.textContent = "Copié";
      announce(`${label} : copié.`);
    } catch {
      field.focus();
      field.select();
      announce(`${label} : le texte est sélectionné, copiez-le au clavier.`);
    }
  });
})();
