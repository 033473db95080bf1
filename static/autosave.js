/* Saves the form while it is being written. The button stays: without this file, or without network, it is the way. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;

  const PAUSE = 2500; /* after the last key */
  const LONGEST = 8000; /* after the first one */
  const RETRY = [3000, 6000, 12000, 30000];
  const status = form.querySelector("[data-autosave-status]");
  const version = form.elements.draft_version;
  let timer = 0;
  let firstChange = 0;
  let sending = null;
  let failures = 0;
  let stopped = false;

  const content = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  /* What is compared: the text, not the tokens that go with it. */
  const text = () => {
    const data = content();
    for (const name of ["csrfmiddlewaretoken", "draft_version", "page"]) data.delete(name);
    return data.toString();
  };
  let saved = text();

  const say = (words) => {
    if (status.textContent !== words) status.textContent = words;
  };

  const plan = (delay) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, delay);
  };

  const changed = () => {
    if (stopped) return;
    const now = Date.now();
    firstChange ||= now;
    if (!failures) plan(Math.max(0, Math.min(PAUSE, firstChange + LONGEST - now)));
  };

  const save = ({ leaving = false } = {}) => {
    if (stopped || sending) return sending;
    const sent = text();
    if (sent === saved) return null;
    firstChange = 0;
    sending = send(sent, leaving).finally(() => {
      sending = null;
      if (!stopped && !failures && text() !== saved) changed();
    });
    return sending;
  };

  const send = async (sent, leaving) => {
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST",
        body: content(),
        headers: { "X-Autosave": "1", Accept: "application/json" },
        redirect: "manual",
        keepalive: leaving,
      });
      await read(answer, sent);
    } catch {
      later("Pas de connexion : votre texte n’est pas encore enregistré. Nouvel essai dans un instant.");
    }
  };

  const read = async (answer, sent) => {
    if (answer.ok) {
      const told = await answer.json();
      version.value = told.version;
      saved = sent;
      failures = 0;
      say(`Enregistré à ${told.saved_at}.`);
    } else if (answer.status === 401) {
      later("Votre session est fermée. Reconnectez-vous : votre texte vous attend ici.");
    } else if (answer.status === 409) {
      stopped = true;
      say(`${(await answer.json()).message} Cliquez sur « Enregistrer le brouillon » : rien n’est perdu.`);
    } else if (answer.status === 403) {
      stopped = true;
      say("Vous vous êtes reconnecté : rechargez cette page, votre texte vous y attend.");
    } else if (answer.status >= 500 || answer.status === 429) {
      later("Le portail ne répond pas : votre texte n’est pas encore enregistré. Nouvel essai dans un instant.");
    } else {
      stopped = true;
      say("L’enregistrement automatique s’est arrêté : cliquez sur « Enregistrer le brouillon ».");
    }
  };

  const later = (words) => {
    say(words);
    plan(RETRY[Math.min(failures, RETRY.length - 1)]);
    failures += 1;
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", () => {
    if (failures) plan(0);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ leaving: true });
  });

  /* The button waits for the save under way, so that a page never meets its own text as somebody else's. */
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (!sending) {
      stopped = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    sending.finally(() => {
      stopped = true;
      form.requestSubmit(button);
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stopped = false;
  });
})();
