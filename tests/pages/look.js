/* What the checks of pages look at, from inside the page. Nothing here changes what a person would meet. */
window.look = (() => {
  "use strict";

  const CONTROLS =
    "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex], [contenteditable]";
  const name = (element) => {
    const own = element.id ? `#${element.id}` : "";
    const classes = [...element.classList].map((one) => `.${one}`).join("");
    const label = (element.getAttribute("aria-label") || element.textContent || element.value || "").trim().slice(0, 30);
    return `${element.localName}${own || classes} « ${label.replace(/\s+/g, " ")} »`;
  };
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });

  /* Still: no transition is under way, the scripts of the page have run. */
  const settle = async () => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
    await frames(3);
  };
  const frames = async (count) => {
    for (let frame = 0; frame < count; frame += 1) await new Promise((done) => requestAnimationFrame(done));
  };

  /* The theme follows the device; pages that chose one at their start are told again. */
  const theme = async (scheme) => {
    if (document.documentElement.dataset.frTheme) document.documentElement.dataset.frTheme = scheme;
    await frames(2);
  };

  /* ---- reflow: the page never scrolls sideways, only regions that are named and reached by keyboard do */
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const isClipped = (element) => {
    for (let node = element.parentElement; node && node !== document.body; node = node.parentElement) {
      if (getComputedStyle(node).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = () => {
    const found = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.body.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      if (box.width > 1 && box.right > width + 1 && isShown(element) && !isClipped(element)) {
        found.push(`${name(element)} ends at ${Math.round(box.right)}`);
      }
    }
    return found.slice(0, 5);
  };
  const regions = () =>
    [...document.body.querySelectorAll("*")]
      .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth && scrolls(e) && isShown(e))
      .filter((e) => !["TEXTAREA", "SELECT", "INPUT"].includes(e.tagName))
      .filter((e) => e.tabIndex < 0 || !(e.ariaLabel || e.hasAttribute("aria-labelledby")))
      .map((e) => `${name(e)} scrolls sideways without a name or without the keyboard`);

  /* ---- images behind text: axe cannot measure a contrast over one */
  const drawnByStyle = (image) => !image.includes("url(");
  /* The DSFR draws the lines under links, and what a hover would show, as gradients and empty boxes over the text. */
  const flatten = () => {
    for (const link of document.querySelectorAll("a")) {
      const style = getComputedStyle(link);
      const isDrawn = style.backgroundImage.includes("gradient(") && /(^|, )(calc\(100%|100%)/.test(style.backgroundSize);
      if (isDrawn) link.style.textDecorationLine = "underline";
    }
    const plain = new CSSStyleSheet();
    plain.replaceSync(`* { background-image: none !important }
      ::before, ::after { background: none !important }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, plain];
  };
  const pictures = () => {
    const found = [];
    for (const element of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!text || !isShown(element)) continue;
      if (drawnByStyle(style.backgroundImage) || style.backgroundRepeat === "no-repeat") continue;
      found.push(`${name(element)} is written over ${style.backgroundImage}`);
    }
    return found;
  };

  const isCut = (selector) => {
    const element = document.querySelector(selector);
    const box = element.getBoundingClientRect();
    for (let node = element.parentElement; node; node = node.parentElement) {
      const edge = node.getBoundingClientRect();
      if (scrolls(node) && (box.right > edge.right + 1 || box.left < edge.left - 1)) return true;
    }
    return false;
  };

  /* ---- keyboard */
  const reachable = () => {
    const groups = new Map();
    const found = [];
    for (const element of document.querySelectorAll(CONTROLS)) {
      if (element.tabIndex < 0 || element.disabled || element.closest("[inert]") || !isShown(element)) continue;
      if (element.matches("details:not([open]) > :not(summary:first-of-type) *")) continue;
      if (element.type !== "radio") found.push(element);
      else {
        const group = `${element.form?.id} ${element.name}`;
        if (!groups.has(group)) found.push(element);
        else if (element.checked) found[found.indexOf(groups.get(group))] = element;
        if (!groups.has(group) || element.checked) groups.set(group, element);
      }
    }
    return found;
  };

  const EDGES = ["Top", "Right", "Bottom", "Left"];
  const rim = (style) => ({
    outline: style.outlineStyle === "none" ? 0 : style.outlineStyle === "auto" ? 2 : parseFloat(style.outlineWidth),
    colour: style.outlineColor,
    shadow: style.boxShadow,
    border: EDGES.map((edge) => `${style[`border${edge}Width`]} ${style[`border${edge}Color`]}`).join(),
    thickest: Math.max(...EDGES.map((edge) => parseFloat(style[`border${edge}Width`]))),
    line: `${style.textDecorationLine} ${style.textDecorationThickness}`,
    fill: `${style.backgroundColor} ${style.color}`,
  });
  const around = (element) => {
    const boxes = [element, ...(element.labels ?? [])];
    if (element.parentElement) boxes.push(element.parentElement);
    return boxes.flatMap((box) => [null, "::before", "::after"].map((pseudo) => rim(getComputedStyle(box, pseudo))));
  };
  const isInvisible = (colour) => /rgba\(.*, 0\)|transparent/.test(colour);
  const thick = (shadow) => (shadow.match(/-?\d+(\.\d+)?px/g) ?? []).some((size) => Math.abs(parseFloat(size)) >= 2);
  const marked = (before, after) =>
    after.some((now, index) => {
      const was = before[index];
      if (now.outline >= 2 && !isInvisible(now.colour) && (now.outline !== was.outline || now.colour !== was.colour)) return true;
      if (now.shadow !== was.shadow && now.shadow !== "none" && thick(now.shadow)) return true;
      return now.border !== was.border && now.thickest >= 2;
    });

  /* A date is several stops: its day, its month, its year, its calendar. */
  const STOPS = { date: 4, month: 3, week: 3, time: 4, "datetime-local": 7 };
  let expected = [];
  let before = new Map();
  let visits = [];
  const visit = (event) => {
    const element = event.target;
    if (element === document.body) return;
    const was = before.get(element);
    const box = element.getBoundingClientRect();
    visits.push({ element, marked: !was || marked(was, around(element)), seen: box.bottom > 0 && box.right > 0 });
  };
  const startTabbing = () => {
    document.activeElement?.blur();
    document.body.tabIndex = -1;
    document.body.focus({ preventScroll: true });
    document.body.blur();
    document.body.removeAttribute("tabindex");
    window.scrollTo(0, 0);
    expected = reachable();
    before = new Map(expected.map((element) => [element, around(element)]));
    visits = [];
    document.addEventListener("focusin", visit, true);
    return expected.reduce((count, element) => count + (STOPS[element.type] ?? 1), 0);
  };
  /* As when the page was opened: no skip link over the header, nothing scrolled. */
  const leave = () => {
    document.activeElement?.blur();
    for (const element of document.querySelectorAll("[tabindex]")) element.scrollLeft = 0;
    window.scrollTo(0, 0);
  };
  const endTabbing = () => {
    document.removeEventListener("focusin", visit, true);
    const found = [];
    const reached = new Set(visits.map((one) => one.element));
    for (const element of expected) {
      if (!reached.has(element)) found.push(`tab: never reaches ${name(element)}`);
      if (element.tabIndex > 0) found.push(`order: ${name(element)} has tabindex ${element.tabIndex}`);
    }
    const order = visits.map((one) => expected.indexOf(one.element)).filter((index) => index >= 0);
    const once = order.slice(0, new Set(order).size);
    once.forEach((index, turn) => {
      if (turn && index < once[turn - 1]) found.push(`order: ${name(expected[index])} comes after what follows it`);
    });
    const here = document.activeElement;
    if (found.length && expected.includes(here)) found.push(`trap: ${name(here)} keeps the focus`);
    for (const one of new Map(visits.map((each) => [each.element, each])).values()) {
      if (!one.marked) found.push(`focus: ${name(one.element)} looks the same with the focus`);
      if (!one.seen) found.push(`focus: ${name(one.element)} has the focus out of sight`);
    }
    leave();
    return found;
  };

  /* ---- what does nothing without a script */
  const dead = () =>
    [...document.querySelectorAll("button:not([type=submit]):not([type=reset]), [role=button]:not(a)")]
      .filter((element) => (element.getAttribute("type") ?? "submit") !== "submit" && !element.disabled && isShown(element))
      .map((element) => `${name(element)} does nothing without JavaScript`);

  return { isCut, settle, frames, theme, wide, regions, flatten, pictures, startTabbing, endTabbing, dead, name };
})();
