/*
 * Wall screens: turns the panels, shows the clock, asks for new figures, and keeps the last ones while the network is away.
 *
 *   <main data-wall><div id="panels" data-version="…" data-shell="…" data-seconds="20" data-as-of="…"><section class="panel">…
 *
 * Space or a tap pauses, the arrow keys turn. No words live here: they stand in data-text… attributes.
 */
(function () {
  "use strict";

  const ASK_EVERY = 30000;
  const PATIENCE = 15000; // a server that does not answer for so long is away
  const root = document.documentElement;
  const wall = document.querySelector("[data-wall]");
  const dots = document.querySelector("[data-dots]");
  const pause = document.querySelector("[data-pause]");
  const lost = document.querySelector("[data-lost]");
  const asOf = document.querySelector("[data-as-of-line]");
  const clock = document.querySelector("[data-clock]");
  const first = document.getElementById("panels");
  const shell = first.dataset.shell;
  let shown = 0;
  let paused = false;
  let over = false;
  let turning = 0;

  root.classList.remove("no-js");

  function listPanels() {
    return Array.from(wall.querySelectorAll(".panel"));
  }

  function show(index) {
    const panels = listPanels();
    shown = (index + panels.length) % panels.length;
    panels.forEach((panel, number) => {
      panel.classList.toggle("is-shown", number === shown);
      panel.toggleAttribute("inert", number !== shown);
    });
    dots.replaceChildren(...panels.map((panel, number) => {
      const dot = document.createElement("span");
      dot.className = number === shown ? "is-now" : "";
      return dot;
    }));
  }

  function turn(step) {
    show(shown + step);
    wait();
  }

  function wait() {
    window.clearTimeout(turning);
    if (!paused && !over) turning = window.setTimeout(() => turn(1), document.getElementById("panels").dataset.seconds * 1000);
  }

  function toggle() {
    paused = !paused;
    pause.textContent = paused ? pause.dataset.textGo : pause.dataset.textPause;
    pause.setAttribute("aria-pressed", String(paused));
    root.classList.toggle("is-paused", paused);
    wait();
  }

  function tick() {
    clock.textContent = new Date().toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.zone });
  }

  function sayAsOf(at) {
    if (at) asOf.textContent = asOf.dataset.text.replace("{at}", at);
  }

  function sayLost(isLost) {
    lost.hidden = !isLost;
    asOf.hidden = isLost;
    lost.textContent = isLost ? lost.dataset.text.replace("{at}", document.getElementById("panels").dataset.asOf || "–") : "";
  }

  function take(text) {
    const sheet = document.createElement("template");
    sheet.innerHTML = text;
    const fresh = sheet.content.getElementById("panels");
    if (!fresh) throw new Error("no panels");
    // Another release may have another style and script, another quarter another heading: begin anew.
    if (fresh.dataset.shell !== shell) return window.location.reload();
    document.getElementById("panels").replaceWith(fresh);
    sayAsOf(fresh.dataset.asOf);
    show(shown);
  }

  function end() {
    over = true;
    wall.replaceChildren(document.getElementById("wall-over").content.cloneNode(true));
    window.clearTimeout(turning);
    [dots, pause, asOf, lost].forEach((element) => { element.hidden = true; });
  }

  async function ask() {
    if (over) return;
    try {
      const version = document.getElementById("panels").dataset.version;
      const answer = await fetch(window.location.pathname + "?version=" + encodeURIComponent(version), {
        headers: { "HX-Request": "true" },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.status === 404) return end();
      if (!answer.ok) throw new Error(answer.status);
      if (answer.status !== 204) take(await answer.text());
      sayLost(false);
    } catch {
      sayLost(true);
    }
  }

  // Keeps the screen from going dark where the browser lets a page ask for it.
  function stayAwake() {
    if (navigator.wakeLock && document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {});
  }

  pause.addEventListener("click", (event) => { event.stopPropagation(); toggle(); });
  document.addEventListener("click", () => { if (!over) toggle(); });
  document.addEventListener("keydown", (event) => {
    if (over || event.target === pause && [" ", "Enter"].includes(event.key)) return;
    if (event.key === " ") { event.preventDefault(); toggle(); }
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });
  document.addEventListener("visibilitychange", stayAwake);
  window.addEventListener("online", ask);
  window.setInterval(tick, 1000);
  window.setInterval(ask, ASK_EVERY);
  tick();
  show(0);
  wait();
  stayAwake();
})();
