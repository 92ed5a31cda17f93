/*
 * A page left alone: a notice before the session ends, then a dialog over the veiled page, in which the same account
 * goes on with what was typed. Also asks for the password again when an htmx request is held up for it.
 * Words and addresses: templates/accounts/_idle.html. Only the server's word veils a page; without network it stays.
 */
(function () {
  "use strict";

  const dialog = document.querySelector("[data-again]");
  const owner = document.body.dataset.user;
  if (!dialog || !owner || !dialog.showModal) return;

  const notice = document.querySelector("[data-idle-notice]");
  const body = dialog.querySelector("[data-again-body]");
  const limit = Number(dialog.dataset.seconds) * 1000;
  const WARNED = Math.min(120000, limit / 3); // so long before the end the notice is shown
  const TOLD = Math.min(300000, limit / 6); // that somebody is typing is told to the server this often at most
  const RETRY = 60000;
  const held = []; // htmx requests that wait for the dialog

  let timer = 0;
  let telling = 0;
  let told = Date.now();
  let asking = "";

  /* --------------------------------------------------------------- tokens */

  // A log-in changes the token: every form of the page, and htmx, go on with the new one.
  function renewTokens(token) {
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }

  function tokenNow() {
    const input = document.querySelector("input[name=csrfmiddlewaretoken]");
    return input ? input.value : "";
  }

  /* ---------------------------------------------------------------- clock */

  async function askState(method) {
    const headers = method === "POST" ? { "X-CSRFToken": tokenNow() } : {};
    const answer = await fetch(dialog.dataset.stateUrl, { method, headers, cache: "no-store" });
    if (!answer.ok) throw new Error("state");
    return answer.json();
  }

  async function look(method) {
    window.clearTimeout(timer);
    let state;
    try {
      state = await askState(method || "GET");
    } catch {
      timer = window.setTimeout(look, RETRY);
      return;
    }
    if (state.user !== owner) {
      open(dialog.dataset.againUrl, true);
      return;
    }
    if (asking !== "again") renewTokens(state.token);
    const left = state.left * 1000;
    notice.hidden = left > WARNED + 1000;
    timer = window.setTimeout(look, Math.max(1000, left - (left > WARNED + 1000 ? WARNED : -1000)));
  }

  function tell() {
    window.clearTimeout(telling);
    telling = 0;
    told = Date.now();
    look("POST");
  }

  // Typing and tapping are use, though no request is made.
  function onUse(event) {
    if (!event.isTrusted || asking === "again" || telling) return;
    telling = window.setTimeout(tell, notice.hidden ? Math.max(0, told + TOLD - Date.now()) : 0);
  }

  /* --------------------------------------------------------------- dialog */

  function show(words) {
    const inside = document.createElement("template");
    inside.innerHTML = words;
    body.replaceChildren(inside.content);
    const done = body.querySelector("[data-again-done]");
    if (done) {
      finish(done.dataset.token);
      return;
    }
    const field = body.querySelector(".is-invalid, [type=password], [name=code]");
    if (field) field.focus();
  }

  async function load(url, options) {
    try {
      const answer = await fetch(url, Object.assign({ cache: "no-store", headers: { "X-Dialog": "1" } }, options));
      show(await answer.text());
    } catch {
      body.replaceChildren(dialog.querySelector("[data-again-failed]").content.cloneNode(true));
    }
  }

  function holdButton(button) {
    const mark = document.createElement("span");
    mark.className = "busy-mark";
    mark.setAttribute("aria-hidden", "true");
    button.classList.add("is-busy");
    button.disabled = true;
    button.prepend(mark);
  }

  function open(url, veiled) {
    if (asking === "again") return;
    asking = veiled ? "again" : "confirm";
    dialog.dataset.url = url;
    notice.hidden = true;
    document.documentElement.classList.toggle("is-veiled", veiled);
    if (!dialog.open) dialog.showModal();
    load(url);
  }

  function close() {
    asking = "";
    document.documentElement.classList.remove("is-veiled");
    body.replaceChildren();
    dialog.close();
  }

  function finish(token) {
    renewTokens(token);
    close();
    held.splice(0).forEach(([verb, path, source, event]) => {
      if (source.isConnected) window.htmx.ajax(verb, path, { source, event });
    });
    tell();
  }

  dialog.addEventListener("cancel", (event) => {
    if (asking === "again") event.preventDefault();
    else { held.length = 0; asking = ""; }
  });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    load(event.target.action, { method: "POST", body: new FormData(event.target) });
    holdButton(event.target.querySelector("[type=submit]")); // until the answer takes the form's place
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-again-retry]")) load(dialog.dataset.url);
    if (event.target.closest("[data-again-cancel]")) { held.length = 0; close(); }
  });

  /* ----------------------------------------------------------------- htmx */

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-Asks-In-Page"] = "1";
    if (!event.detail.triggeringEvent) event.detail.headers["X-Poll"] = "1";
  });
  // The answer names the event; the request that was held up is sent again afterwards, unless a clock made it.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const asked = event.detail.xhr.getResponseHeader("HX-Trigger") || "";
    const config = event.detail.requestConfig;
    if (!/portal:(confirm|signed-out)/.test(asked) || !config || !config.triggeringEvent) return;
    held.push([config.verb, config.path, config.elt, config.triggeringEvent]);
  });
  document.addEventListener("portal:confirm", () => open(dialog.dataset.confirmUrl, false));
  document.addEventListener("portal:signed-out", () => open(dialog.dataset.againUrl, true));

  /* ---------------------------------------------------------------- start */

  document.querySelector("[data-idle-stay]").addEventListener("click", tell);
  ["input", "keydown", "pointerdown"].forEach((name) => document.addEventListener(name, onUse, { passive: true }));
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !asking) look(); });
  timer = window.setTimeout(look, Math.max(1000, limit - WARNED));
})();
