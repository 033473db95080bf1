/* The budget while it is typed: totals, balance and share, live. The server says the same after "Recalculer". */
(() => {
  "use strict";

  const LIMIT = 100000000000n;
  const AMOUNT = /^([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,]([0-9]{1,2}))?$/;
  const THIN = "\u202f";
  const QUIET = 700;

  /* Integer cents all along, never a float; read as cites/core/money.py reads. Null: no amount. */
  const toCents = (text) => {
    const cleaned = text.trim().replace(/€$/, "").trim().replace(/[\p{Zs}\t]/gu, " ");
    const match = AMOUNT.exec(cleaned);
    if (!match) return null;
    const cents = BigInt(match[1].replaceAll(" ", "")) * 100n + BigInt((match[2] || "").padEnd(2, "0"));
    return cents > LIMIT ? null : cents;
  };

  const inEuros = (cents) => {
    const whole = (cents / 100n).toString().replace(/\B(?=(\d{3})+$)/g, THIN);
    return `${whole},${(cents % 100n).toString().padStart(2, "0")}${THIN}€`;
  };

  /* To one decimal, half up. */
  const inPercent = (part, whole) => {
    const tenths = (2000n * part + whole) / (2n * whole);
    const decimal = tenths % 10n ? `,${tenths % 10n}` : "";
    return `${tenths / 10n}${decimal}${THIN}%`;
  };

  const say = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  const balance = (left, right, balanced, leftName, rightName) => {
    if (left === right) return balanced;
    return left < right
      ? `Il manque ${inEuros(right - left)} ${leftName}.`
      : `Il manque ${inEuros(left - right)} ${rightName}.`;
  };

  /* What each co-funder brings, by line: a refused aid counts for nothing, nor does one that has no line. */
  const fundings = (root) => {
    const sums = {};
    for (const row of root.querySelectorAll("[data-cofunder-row]")) {
      const [line, state] = [...row.querySelectorAll("select")].map((select) => select.value);
      if (!line || state === "refused") continue;
      sums[line] = (sums[line] ?? 0n) + (toCents(row.querySelector("[data-cofunder-amount]").value) ?? 0n);
    }
    return sums;
  };

  const addUp = (root) => {
    const totals = { charge: 0n, produit: 0n, cvn_charge: 0n, cvn_produit: 0n };
    let asked = 0n;
    for (const input of root.querySelectorAll("input[data-budget]")) {
      const cents = toCents(input.value) ?? 0n;
      totals[input.dataset.budget] += cents;
      if ("budgetAsked" in input.dataset) asked = cents;
    }
    const sums = fundings(root);
    for (const cell of root.querySelectorAll("[data-budget-line]")) {
      const cents = sums[cell.dataset.budgetLine] ?? 0n;
      totals.produit += cents;
      say(cell, inEuros(cents));
    }
    for (const cell of root.querySelectorAll("[data-budget-total]")) {
      say(cell, inEuros(totals[cell.dataset.budgetTotal]));
    }
    return { ...totals, asked };
  };

  const balanceSentence = ({ charge, produit }) =>
    charge || produit
      ? balance(charge, produit, "Le budget est équilibré.", "de charges", "de produits")
      : "Aucun montant pour le moment.";

  const cvnSentence = ({ cvn_charge: used, cvn_produit: given }) =>
    used || given ? balance(used, given, "Les contributions volontaires sont équilibrées.", "en 86", "en 87") : "";

  const shareSentence = ({ asked, produit }) =>
    produit
      ? `La subvention sollicitée de ${inEuros(asked)} représente ${inPercent(asked, produit)} du total des produits du projet.`
      : "La part de la subvention sollicitée se calcule dès que les produits sont remplis.";

  const summarise = (root, totals) => {
    for (const said of root.querySelectorAll("[data-budget-said]")) say(said, inEuros(totals[said.dataset.budgetSaid]));
    say(root.querySelector("[data-budget-gap]"), balanceSentence(totals));
    say(root.querySelector("[data-budget-cvn]"), cvnSentence(totals));
    say(root.querySelector("[data-budget-share]"), shareSentence(totals));
  };

  /* The cells follow each key; the summary, which is said aloud, waits for a pause. */
  let pause = 0;
  const refresh = (root, delay) => {
    const totals = addUp(root);
    window.clearTimeout(pause);
    pause = window.setTimeout(() => summarise(root, totals), delay);
  };

  const changed = (event) => {
    const root = event.target.closest?.("[data-budget-form]");
    if (root) refresh(root, QUIET);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);

  /* A row more, without a new page: the last one again, blank, under the next number. */
  const renamed = (text, from, to) => text.replace(`cofunder_${from}_`, `cofunder_${to}_`);

  const addRow = (button) => {
    const rows = button.closest("[data-budget-form]").querySelectorAll("[data-cofunder-row]");
    const last = rows[rows.length - 1];
    const row = last.cloneNode(true);
    const [from, to] = [rows.length - 1, rows.length];
    row.querySelector("legend").textContent = `Financeur ${to + 1}`;
    for (const error of row.querySelectorAll(".fr-error-text")) error.remove();
    for (const label of row.querySelectorAll("label")) label.htmlFor = renamed(label.htmlFor, from, to);
    for (const control of row.querySelectorAll("input, select")) {
      control.id = renamed(control.id, from, to);
      control.name = renamed(control.name, from, to);
      control.value = "";
      control.removeAttribute("aria-describedby");
      control.removeAttribute("aria-invalid");
      control.classList.remove("fr-input--error", "fr-select--error");
    }
    for (const group of row.querySelectorAll("[class*='-group--error']")) {
      group.classList.remove("fr-input-group--error", "fr-select-group--error");
    }
    last.after(row);
    button.name = renamed(button.name, to, to + 1);
    button.hidden = to + 1 >= Number(button.dataset.cofunderAdd);
    row.querySelector("select").focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-cofunder-add]");
    if (!button) return;
    event.preventDefault();
    addRow(button);
  });

  /* A page that the browser kept, with what was typed in it. */
  window.addEventListener("pageshow", () => {
    for (const root of document.querySelectorAll("[data-budget-form]")) refresh(root, 0);
  });
})();
