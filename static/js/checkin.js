/*
 * The check-in page of staff. Every scan, tick or typed name goes first into a queue on this device, with an id made
 * here and the time of the device, and is sent from there as often as the network needs; the server takes each id once.
 * The queue holds keys, codes and what staff typed; masked names that the server tells are shown and not kept.
 * No words live here: they come from the page. Service worker: checkin-worker.js.
 */
(function () {
  "use strict";

  const root = document.querySelector("[data-check-in]");
  if (!root) return;

  const BATCH = 200;
  const LONGEST_WAIT = 60; // seconds between two attempts
  const GIVE_UP = 15 * 1000; // an attempt that takes longer has failed
  const SAME_CODE = 4000; // a card held before the camera is one scan
  const SHOWN = 30;

  const activity = Number(root.dataset.checkIn);
  const KEY = "portal-check-in:" + document.body.dataset.user + ":" + activity;
  const words = root.querySelector("[data-words]").dataset;
  const find = (selector) => root.querySelector(selector);

  const labels = new Map(); // id of an entry -> masked name of the row that was ticked
  const done = []; // what the server has answered, newest first
  const present = new Set(); // keys of residents who are in, and of those who have left
  const left = new Set();
  let knowsPresent = false; // what this device sent itself says nothing of the others
  let signedOut = false;
  let unreachable = false;
  let sending = false;
  let failures = 0;
  let timer = 0;

  /* ------------------------------------------------------------------ queue */

  let memory = [];

  // Read afresh each time, for a second tab may have the same page open.
  function readQueue() {
    try {
      memory = JSON.parse(window.localStorage.getItem(KEY)) || [];
    } catch { /* storage is refused: the queue lives as long as the page */ }
    return memory;
  }

  function writeQueue(entries) {
    memory = entries;
    try {
      if (entries.length) window.localStorage.setItem(KEY, JSON.stringify(entries));
      else window.localStorage.removeItem(KEY);
    } catch { /* as above */ }
  }

  function makeId() {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  function direction() {
    const chosen = root.querySelector("[data-direction] input:checked");
    return chosen ? chosen.value : "in";
  }

  function add(who, label) {
    const entry = { id: makeId(), at: new Date().toISOString(), activity, direction: direction(), ...who };
    if (label) labels.set(entry.id, label);
    writeQueue(readQueue().concat(entry));
    showLast("waiting", labelOf(entry), words.queued);
    if (navigator.vibrate) navigator.vibrate(60);
    show();
    send();
  }

  function labelOf(entry) {
    if (labels.has(entry.id)) return labels.get(entry.id);
    return entry.name || (entry.code ? words.scanned : words.ticked);
  }

  /* ------------------------------------------------------------------ sending */

  function cookie(name) {
    const found = document.cookie.split("; ").find((part) => part.startsWith(name + "="));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  async function post(entries) {
    const body = new FormData();
    body.set("user", document.body.dataset.user); // another one may have signed in meanwhile: the queue is not theirs
    body.set("entries", entries.length ? JSON.stringify(entries) : "");
    const stop = new AbortController();
    const limit = window.setTimeout(() => stop.abort(), GIVE_UP);
    try {
      const headers = { "X-CSRFToken": cookie("__Host-csrf") || cookie("csrftoken") };
      return await fetch(root.dataset.syncUrl, { method: "POST", body, headers, redirect: "manual", signal: stop.signal });
    } finally {
      window.clearTimeout(limit);
    }
  }

  async function send() {
    if (sending) return;
    const batch = readQueue().slice(0, BATCH);
    if (!batch.length && failures === 0 && knowsPresent) return;
    sending = true;
    window.clearTimeout(timer);
    let arrived = false;
    try {
      arrived = await deliver(batch);
    } catch {
      unreachable = true;
    }
    sending = false;
    failures = arrived ? 0 : failures + 1;
    if (!arrived) timer = window.setTimeout(send, Math.min(LONGEST_WAIT, 2 ** failures) * 1000);
    show();
    // What was scanned while this attempt was under way waits for the next one, which is now.
    if (arrived && (readQueue().length || (batch.length && !knowsPresent))) send();
  }

  /* Return whether the server dealt with the batch; throws when it cannot be reached. */
  async function deliver(batch) {
    const response = await post(batch);
    unreachable = false;
    signedOut = response.type === "opaqueredirect" || response.status === 403 || response.status === 401;
    if (signedOut || !response.ok) return false;
    const answer = await response.json();
    showClosed(answer.closed || "");
    if (answer.closed) return batch.length === 0;
    knowsPresent = knowsPresent || Boolean(answer.present);
    (answer.present || []).forEach((key) => present.add(key));
    settle(answer.results || []);
    return true;
  }

  function settle(results) {
    const queue = readQueue();
    const sent = new Map(queue.map((entry) => [entry.id, entry]));
    results.forEach((result) => {
      const entry = sent.get(result.id);
      if (!entry) return;
      const row = { entry, label: result.name || labelOf(entry), state: result.state, reason: result.reason };
      done.unshift(row);
      if (result.state !== "refused" && result.resident) (entry.direction === "out" ? left : present).add(result.resident);
      showLast(row.state, row.label, wordFor(row));
    });
    done.splice(SHOWN);
    const answered = new Set(results.map((result) => result.id));
    writeQueue(readQueue().filter((entry) => !answered.has(entry.id)));
    if (results.length) document.body.dispatchEvent(new Event("check-ins-sent"));
  }

  /* ------------------------------------------------------------------ showing */

  function isOffline() {
    return unreachable || !navigator.onLine;
  }

  function showMode(count) {
    const banner = find("[data-mode-banner]");
    const mode = isOffline() ? "offline" : signedOut ? "signed-out" : "online";
    const text = { offline: count ? "textOfflineWaiting" : "textOffline", "signed-out": "textSignedOut", online: count ? "textWaiting" : "textOnline" }[mode];
    banner.dataset.mode = mode;
    find("[data-mode-text]").textContent = banner.dataset[text].replace("{n}", count);
    root.classList.toggle("is-offline", mode === "offline");
  }

  function showClosed(reason) {
    find("[data-closed-notice]").hidden = !reason;
    find("[data-closed-text]").textContent = reason;
  }

  function wordFor(row) {
    if (row.state === "refused") return row.reason ? words.refusedBecause.replace("{reason}", row.reason) : words.refused;
    if (row.state === "already") return words.already;
    return row.entry.direction === "out" ? words.acceptedOut : words.accepted;
  }

  function showLast(state, label, text) {
    const note = find("[data-last-one]");
    note.hidden = false;
    note.dataset.state = state;
    const icon = { waiting: "bi-hourglass-split", refused: "bi-x-octagon" }[state] || "bi-check-circle";
    note.querySelector(".bi").className = "bi " + icon;
    find("[data-last-text]").textContent = label + " · " + text;
  }

  function makeRow(entry, label, state, text) {
    const row = find("[data-queue-row]").content.cloneNode(true).firstElementChild;
    row.dataset.state = state;
    row.querySelector(".queue-row__who").textContent = label;
    row.querySelector(".queue-row__at").textContent = new Date(entry.at).toTimeString().slice(0, 5);
    const tag = row.querySelector(".tag");
    tag.textContent = text;
    tag.classList.add({ waiting: "tag--plain", refused: "tag--refused", already: "tag--unchanged" }[state] || "tag--new");
    return row;
  }

  function show() {
    const queue = readQueue();
    const waiting = queue.slice(-SHOWN).reverse().map((entry) => makeRow(entry, labelOf(entry), "waiting", labels.has(entry.id) ? words.waiting : words.unsure));
    const answered = done.map((row) => makeRow(row.entry, row.label, row.state, wordFor(row)));
    find("[data-queue-rows]").replaceChildren(...waiting, ...answered);
    find("[data-queue]").hidden = !waiting.length && !answered.length;
    find("[data-queue-drop]").hidden = find("[data-closed-notice]").hidden || !queue.length;
    showMode(queue.length);
    showTicks(queue);
  }

  function showTicks(queue) {
    const way = direction();
    const here = new Set(way === "out" ? left : present);
    queue.forEach((entry) => { if (entry.resident && entry.direction === way) here.add(entry.resident); });
    root.querySelectorAll("[data-tick-list] .picker__row input").forEach((box) => {
      const isHere = here.has(Number(box.value));
      box.checked = box.disabled = isHere;
      box.closest(".picker__row").classList.toggle("is-chosen", isHere);
    });
  }

  /* ------------------------------------------------------------------ camera */

  let stream = null;
  let lastCode = "";
  let lastSeen = 0;

  async function makeReader() {
    if ("BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return async (video) => ((await detector.detect(video))[0] || {}).rawValue;
    }
    await loadDecoder();
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    return async (video) => {
      const scale = Math.min(1, 640 / video.videoWidth);
      canvas.width = video.videoWidth * scale;
      canvas.height = video.videoHeight * scale;
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const image = context.getImageData(0, 0, canvas.width, canvas.height);
      return (window.jsQR(image.data, image.width, image.height, { inversionAttempts: "dontInvert" }) || {}).data;
    };
  }

  function loadDecoder() {
    if (window.jsQR) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root.dataset.decoderUrl;
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
      document.head.append(script);
    });
  }

  async function startCamera() {
    const video = find(".scanner__video");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const read = await makeReader();
      video.srcObject = stream;
      await video.play();
      watch(video, read, stream);
    } catch {
      stopCamera();
      find("[data-scanner-refused]").hidden = false;
      return;
    }
    find("[data-scanner-refused]").hidden = true;
    showCamera();
  }

  async function watch(video, read, own) {
    while (stream === own) {
      const text = video.videoWidth ? await read(video).catch(() => "") : "";
      if (text && stream === own) onCode(text);
      await new Promise((resolve) => { window.setTimeout(resolve, 150); });
    }
  }

  function stopCamera() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    showCamera();
  }

  function showCamera() {
    const text = find("[data-scan] span");
    const button = find("[data-scan]");
    button.dataset.textStart = button.dataset.textStart || text.textContent;
    text.textContent = stream ? button.dataset.textStop : button.dataset.textStart;
    find("[data-scanner]").hidden = !stream;
  }

  function onCode(text) {
    const now = Date.now();
    const isSame = text === lastCode && now - lastSeen < SAME_CODE;
    lastCode = text;
    lastSeen = now;
    if (!isSame) add({ code: text.slice(0, 200) });
  }

  /* ------------------------------------------------------------------ network */

  /* The worker makes the page open without network. It is told what belongs to the page, which has no names in it. */
  async function keepForLater() {
    if (!("serviceWorker" in navigator)) return;
    try {
      await navigator.serviceWorker.register(root.dataset.workerUrl);
      const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name)).filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
      const keep = [location.pathname, root.dataset.decoderUrl, ...loaded.map((url) => url.pathname)];
      (await navigator.serviceWorker.ready).active.postMessage({ keep: Array.from(new Set(keep)) });
    } catch { /* without it everything works, but for a reload without network */ }
  }

  function onOnline() {
    unreachable = false;
    send();
    const grid = find("#check-in-grid");
    if (grid && !find("[data-tick-list]").children.length) grid.dispatchEvent(new Event("change", { bubbles: true }));
    document.body.dispatchEvent(new Event("check-ins-sent"));
  }

  /* ------------------------------------------------------------------ start */

  root.addEventListener("change", (event) => {
    const box = event.target;
    if (box.closest("[data-direction]")) show();
    if (!box.closest("[data-tick-list]") || box.type !== "checkbox" || !box.checked) return;
    const row = box.closest(".picker__row");
    add({ resident: Number(box.value) }, row.dataset.name || row.textContent.trim());
  });
  find("[data-code-form]").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = find("#code");
    if (input.value.trim()) add({ code: input.value.trim().slice(0, 200) });
    input.value = "";
    input.focus();
  });
  find("[data-name-form]").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    add({ name: form.elements.name.value.trim(), tail: form.elements.tail.value.trim() });
    form.reset();
  });
  find("[data-scan]").addEventListener("click", () => (stream ? stopCamera() : startCamera()));
  find("[data-queue-drop]").addEventListener("click", (event) => {
    if (!window.confirm(event.currentTarget.dataset.ask)) return;
    writeQueue([]);
    show();
  });
  // Without network htmx would only report one failure after the other.
  document.addEventListener("htmx:beforeRequest", (event) => { if (!navigator.onLine && root.contains(event.target)) event.preventDefault(); });
  new MutationObserver(() => showTicks(readQueue())).observe(find("[data-tick-list]"), { childList: true, subtree: true });
  window.addEventListener("online", onOnline);
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") send(); else stopCamera(); });
  window.addEventListener("pagehide", stopCamera);
  window.addEventListener("load", keepForLater);
  show();
  send();
})();
