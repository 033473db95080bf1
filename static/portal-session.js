/* Says that the session is about to end, in time to stay. The server decides: this page only asks it. */
(() => {
  "use strict";
  const box = document.getElementById("session");
  if (!box) return;

  const WARN = Number(box.dataset.warn) * 1000;
  const LOOK_AGAIN = 20000;
  const TITLES = { idle: "Session bientôt fermée – ", end: "Session bientôt fermée – ", over: "Session fermée – " };
  let idleAt = 0;
  let endAt = 0;
  let shown = "";
  let timer = 0;
  let asking = false;

  const learn = (left) => {
    idleAt = Date.now() + left.idle * 1000;
    endAt = Date.now() + left.end * 1000;
  };

  /* What is left; null when the session is over; undefined when nobody answers. */
  const ask = async (options) => {
    const headers = { Accept: "application/json", ...options.headers };
    try {
      const answer = await fetch(box.dataset.stay, { cache: "no-store", redirect: "manual", ...options, headers });
      if (answer.ok) return await answer.json();
      return answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect" ? null : undefined;
    } catch {
      return undefined;
    }
  };

  const show = (name) => {
    if (shown === name) return;
    if (shown) document.title = document.title.replace(TITLES[shown], "");
    shown = name;
    box.replaceChildren();
    if (!name) return;
    box.append(document.getElementById(`session-${name}`).content.cloneNode(true));
    const time = box.querySelector("[data-session-time]");
    const when = new Date(name === "end" ? endAt : idleAt);
    if (time) time.textContent = `${when.getHours()}\u00a0h\u00a0${String(when.getMinutes()).padStart(2, "0")}`;
    const login = box.querySelector("[data-session-login]");
    if (login) login.href = `${box.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
    document.title = TITLES[name] + document.title;
  };

  const plan = (delay) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, Math.max(1000, Math.min(delay, LOOK_AGAIN)));
  };

  /* Timers sleep with the computer, clocks do not: look at the clock often, at the server only near the end. */
  const look = async () => {
    if (asking || shown === "over") return;
    const left = Math.min(idleAt, endAt) - Date.now();
    if (left > WARN && !shown) return plan(left - WARN);
    asking = true;
    const answer = await ask({ headers: { "X-Background": "1" } });
    asking = false;
    if (answer) learn(answer);
    settle(answer);
  };

  const settle = (answer) => {
    const idle = idleAt - Date.now();
    const end = endAt - Date.now();
    if (answer === null) return show("over");
    if (Math.min(idle, end) > WARN) show("");
    else show(end <= idle ? "end" : "idle");
    plan(Math.min(idle, end) > WARN ? Math.min(idle, end) - WARN : Math.min(idle, end));
  };

  const stay = async (form) => {
    const answer = await ask({ method: "POST", body: new FormData(form) });
    if (answer) learn(answer);
    settle(answer);
  };

  box.addEventListener("submit", (event) => {
    event.preventDefault();
    stay(event.target);
  });
  for (const event of ["visibilitychange", "online"]) document.addEventListener(event, look);
  window.addEventListener("focus", look);

  /* A page brought back from memory after its person has left shows nothing. */
  window.addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    document.body.hidden = true;
    const answer = await ask({ headers: { "X-Background": "1" } });
    if (answer === null) location.reload();
    else document.body.hidden = false;
  });

  learn({ idle: Number(box.dataset.idle), end: Number(box.dataset.end) });
  look();
})();
