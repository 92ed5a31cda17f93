/*
 * Answering a survey: one section at a time, questions that depend on others, rankings by tapping, a draft on this
 * device, and the kiosk. Without this file the whole form stands on one page, and the server leaves out what was not to
 * be asked. No words live here: they come from the page. Nothing is sent before "send".
 */
(() => {
  "use strict";

  const DRAFT = "survey-draft:";
  const SENDING = "survey-sending:";
  const SENT = "survey-sent:";
  const LIFETIME = 24 * 60 * 60 * 1000;
  const CODE = /^#([0-9a-z]{5})-?([0-9a-z]{5})$/i;

  // Private windows and full devices refuse storage: then nothing is kept, and nothing breaks.
  function wrap(name) {
    const of = () => window[name];
    return {
      get(key) { try { return of().getItem(key); } catch { return null; } },
      set(key, value) { try { of().setItem(key, value); } catch { /* nothing to do */ } },
      remove(key) { try { of().removeItem(key); } catch { /* nothing to do */ } },
      keys() { try { return Object.keys(of()); } catch { return []; } },
    };
  }

  const device = wrap("localStorage");
  const tab = wrap("sessionStorage");

  function readDraft(id) {
    try {
      const draft = JSON.parse(device.get(DRAFT + id));
      return draft && draft.at > Date.now() - LIFETIME ? draft : null;
    } catch {
      return null;
    }
  }

  device.keys().filter((key) => key.startsWith(DRAFT) && !readDraft(key.slice(DRAFT.length))).forEach(device.remove);

  /* ------------------------------------------------------ the pages around */

  const thanks = document.querySelector("[data-survey-sent]");
  if (thanks) {
    const id = thanks.dataset.surveySent;
    if (tab.get(SENDING + id)) {
      device.remove(DRAFT + id);
      tab.remove(SENDING + id);
      tab.set(SENT + id, "1");
    }
  }

  const kept = document.querySelector("[data-survey-kept]");
  if (kept) {
    const id = kept.dataset.surveyKept;
    const draft = readDraft(id);
    kept.hidden = !draft || !draft.filled;
    kept.querySelector("[data-survey-forget]").addEventListener("click", () => {
      device.remove(DRAFT + id);
      kept.hidden = true;
    });
  }

  const form = document.querySelector("form[data-survey]");
  if (!form) return;

  const id = form.dataset.surveyDraft || "";
  const token = form.elements["sender-token"];
  const codeField = form.querySelector("[data-survey-code]");
  const questions = Array.from(form.querySelectorAll("[data-question]"));
  const steps = Array.from(form.querySelectorAll("[data-survey-step]"));
  const back = form.querySelector("[data-survey-back]");
  const next = form.querySelector("[data-survey-next]");
  const send = form.querySelector("[data-survey-send]");
  const progress = form.querySelector("[data-survey-progress]");
  const untouched = readValues();
  let current = 0;
  let isLeaving = false;

  /* -------------------------------------------------------------- questions */

  function inputsOf(question) {
    return Array.from(question.querySelectorAll("input, select, textarea"));
  }

  function chosenIn(question) {
    return inputsOf(question).filter((input) => input.checked).map((input) => input.value);
  }

  /* As on the server: a question that was not asked counts as one in which nothing was chosen. */
  function showAsked() {
    const chosen = {};
    questions.forEach((question) => {
      const isAsked = JSON.parse(question.dataset.conditions).every((condition) => {
        const given = chosen[condition.question] || [];
        return given.some((code) => condition.options.includes(code)) !== condition.is_negated;
      });
      question.hidden = !isAsked;
      chosen[question.dataset.question] = isAsked ? chosenIn(question) : [];
    });
  }

  function showOther(scope) {
    scope.querySelectorAll(".answer__other").forEach((field) => {
      field.hidden = !field.closest(".answer").querySelector("input[type=radio], input[type=checkbox]").checked;
    });
  }

  function showUnchoose() {
    form.querySelectorAll("[data-unchoose]").forEach((button) => {
      button.hidden = !button.previousElementSibling.querySelector("input:checked");
    });
  }

  function standAlone(box) {
    if (box.type !== "checkbox" || !box.checked) return;
    const isAlone = box.hasAttribute("data-exclusive");
    box.closest(".answers").querySelectorAll("input[type=checkbox]").forEach((other) => {
      if (other !== box && (isAlone || other.hasAttribute("data-exclusive"))) other.checked = false;
    });
  }

  function count(area) {
    const output = area.parentElement.querySelector("[data-count]");
    if (!output) return;
    const left = Number(area.dataset.most) - Array.from(area.value.trim()).length;
    output.textContent = (left < 0 ? output.dataset.overText : output.dataset.leftText).replace("{n}", Math.abs(left));
    output.classList.toggle("is-over", left < 0);
  }

  function isAnswered(question) {
    const names = new Set(inputsOf(question).filter((input) => !input.matches(".answer__other")).map((input) => input.name));
    return Array.from(names).every((name) => inputsOf(question).some((input) => {
      if (input.name !== name) return false;
      return input.type === "radio" || input.type === "checkbox" ? input.checked : input.value.trim() !== "";
    }));
  }

  function tellProblem(question, text) {
    const place = question.querySelector("[data-problem]");
    place.querySelector("bdi").textContent = text;
    place.hidden = !text;
    question.classList.toggle("has-problem", Boolean(text));
  }

  function refresh() {
    showAsked();
    showOther(form);
    showUnchoose();
    form.querySelectorAll("textarea[data-most]").forEach(count);
    form.querySelectorAll("[data-ranking]").forEach(showRanking);
  }

  /* --------------------------------------------------------------- rankings */

  function placesOf(ranking) {
    return Array.from(ranking.querySelectorAll("[data-ranking-places] select"));
  }

  function ranked(ranking) {
    return placesOf(ranking).map((place) => place.value).filter(Boolean);
  }

  function showRanking(ranking) {
    const order = ranked(ranking);
    const list = ranking.querySelector(".ranking__list");
    const items = Array.from(list.children);
    items.forEach((item) => {
      const place = order.indexOf(item.dataset.code);
      item.classList.toggle("is-ranked", place >= 0);
      item.querySelector("[data-rank-place]").textContent = place >= 0 ? place + 1 : "";
      item.querySelector("[data-rank-pick]").setAttribute("aria-pressed", String(place >= 0));
      item.querySelectorAll("[data-rank-move]").forEach((button) => {
        button.hidden = place < 0;
        button.disabled = place + Number(button.dataset.rankMove) < 0 || place + Number(button.dataset.rankMove) >= order.length;
      });
    });
    const rank = (item) => (order.indexOf(item.dataset.code) + 1) || order.length + 1 + startOrder(ranking).indexOf(item.dataset.code);
    const sorted = items.slice().sort((one, other) => rank(one) - rank(other));
    if (sorted.some((item, number) => item !== items[number])) {
      const focused = document.activeElement;
      list.append(...sorted);
      if (list.contains(focused)) focused.focus();
    }
  }

  /* The order in which the options came, to which those without a place return. */
  function startOrder(ranking) {
    if (!ranking.startOrder) ranking.startOrder = Array.from(ranking.querySelectorAll(".ranking__item"), (item) => item.dataset.code);
    return ranking.startOrder;
  }

  function setRanking(ranking, order, item) {
    placesOf(ranking).forEach((place, number) => { place.value = order[number] || ""; });
    showRanking(ranking);
    const status = ranking.querySelector("[data-rank-status]");
    const place = order.indexOf(item.dataset.code);
    const name = item.querySelector("[data-rank-label]").textContent;
    status.textContent = (place < 0 ? status.dataset.droppedText : status.dataset.placedText).replace("{name}", name).replace("{n}", place + 1);
    form.dispatchEvent(new Event("change"));
  }

  function rank(button) {
    const ranking = button.closest("[data-ranking]");
    const item = button.closest(".ranking__item");
    const order = ranked(ranking);
    const place = order.indexOf(item.dataset.code);
    if (button.dataset.rankMove) {
      order.splice(place, 1);
      order.splice(place + Number(button.dataset.rankMove), 0, item.dataset.code);
    } else if (place < 0) {
      order.push(item.dataset.code);
    } else {
      order.splice(place, 1);
    }
    setRanking(ranking, order, item);
    if (button.disabled) item.querySelector("[data-rank-pick]").focus();
  }

  /* ------------------------------------------------------------------ steps */

  function isWorth(step) {
    const asked = Array.from(step.querySelectorAll("[data-question]"));
    return !asked.length || asked.some((question) => !question.hidden);
  }

  function worthSteps() {
    return steps.filter(isWorth);
  }

  function go(step, focus) {
    const path = worthSteps();
    current = Math.max(0, path.indexOf(step));
    steps.forEach((one) => { one.hidden = one !== path[current]; });
    showBar();
    if (focus) {
      window.scrollTo(0, 0);
      const heading = path[current].querySelector("h2");
      if (heading) heading.focus({ preventScroll: true });
    }
  }

  function showBar() {
    const path = worthSteps();
    const isLast = current >= path.length - 1;
    back.hidden = current === 0;
    next.hidden = isLast;
    send.hidden = !isLast;
    progress.hidden = path.length < 2;
    progress.querySelector("span").textContent = progress.dataset.text.replace("{n}", current + 1).replace("{all}", path.length);
    const bar = progress.querySelector("progress");
    bar.max = path.length;
    bar.value = current + 1;
  }

  /* Stops at what is required and missing in a step, for the server would send it back. */
  function firstMissing(step) {
    let first = null;
    step.querySelectorAll("[data-question]").forEach((question) => {
      if (question.hidden || !question.dataset.missing) return;
      const isMissing = !isAnswered(question);
      tellProblem(question, isMissing ? question.dataset.missing : "");
      if (isMissing && !first) first = question;
    });
    if (codeField && step.contains(codeField) && !codeField.value.trim()) first = first || codeField;
    return first;
  }

  function goOn() {
    const path = worthSteps();
    const missing = firstMissing(path[current]);
    if (missing) {
      if (missing === codeField) codeField.reportValidity();
      missing.focus();
      missing.scrollIntoView({ block: "start" });
      return false;
    }
    if (current < path.length - 1) go(path[current + 1], true);
    saveDraft();
    return true;
  }

  /* ------------------------------------------------------------------ draft */

  function readValues() {
    const values = {};
    Array.from(form.elements).forEach((control) => {
      if (!control.name || control.type === "hidden" || control.type === "submit") return;
      const list = (values[control.name] = values[control.name] || []);
      if (control.type === "radio" || control.type === "checkbox") {
        if (control.checked) list.push(control.value);
      } else {
        list.push(control.value);
      }
    });
    return values;
  }

  function writeValues(values) {
    const queues = {};
    Array.from(form.elements).forEach((control) => {
      if (!(control.name in values) || control.type === "hidden") return;
      if (control.type === "radio" || control.type === "checkbox") {
        control.checked = values[control.name].includes(control.value);
        return;
      }
      queues[control.name] = queues[control.name] || values[control.name].slice();
      const value = queues[control.name].shift();
      if (value !== undefined) control.value = value;
    });
  }

  /* Options that came in an order by chance keep it on this device. */
  function readOrder() {
    const order = {};
    form.querySelectorAll("[data-shuffled]").forEach((list) => {
      const ranking = list.closest("[data-ranking]");
      order[list.dataset.shuffled] = ranking ? startOrder(ranking) : Array.from(list.children, (child) => child.dataset.code);
    });
    return order;
  }

  function writeOrder(order) {
    form.querySelectorAll("[data-shuffled]").forEach((list) => {
      const codes = order[list.dataset.shuffled] || [];
      const children = Array.from(list.children);
      children.sort((one, other) => codes.indexOf(one.dataset.code) - codes.indexOf(other.dataset.code));
      list.append(...children);
    });
  }

  function saveDraft() {
    if (!id || isLeaving) return;
    const values = readValues();
    const step = steps.indexOf(worthSteps()[current]);
    const filled = JSON.stringify(values) !== JSON.stringify(untouched);
    device.set(DRAFT + id, JSON.stringify({ at: Date.now(), token: token.value, order: readOrder(), values, step, filled }));
  }

  function restoreDraft() {
    const draft = id && readDraft(id);
    if (!draft || !draft.values) return null;
    const code = codeInAddress();
    // Another card means another person, who is not to see what the first one wrote.
    if (code && codeField && bare((draft.values[codeField.name] || [""])[0]) !== bare(code)) return null;
    token.value = draft.token;
    writeOrder(draft.order || {});
    writeValues(draft.values);
    form.querySelector("[data-survey-restored]").hidden = !draft.filled;
    return draft;
  }

  function forget() {
    isLeaving = true;
    device.remove(DRAFT + id);
    form.reset();
    window.location.replace(form.action);
  }

  /* ------------------------------------------------------------ card's code */

  function bare(code) {
    return code.replace(/[^0-9a-z]/gi, "").toLowerCase();
  }

  function codeInAddress() {
    const found = CODE.exec(window.location.hash);
    return found ? (found[1] + "-" + found[2]).toUpperCase() : "";
  }

  /* The code stands behind the #, which never reaches a server; here it leaves the address bar too. */
  function takeCode() {
    const code = codeInAddress();
    if (!code || !codeField) return;
    codeField.value = code;
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  }

  /* ------------------------------------------------------------------ kiosk */

  const kiosk = document.querySelector("[data-survey-kiosk]");

  function runKiosk() {
    const start = kiosk.querySelector("[data-survey-start]");
    const body = kiosk.querySelector("[data-survey-body]");
    const idle = kiosk.querySelector("[data-survey-idle]");
    const startOver = () => { form.reset(); window.location.replace(kiosk.dataset.surveyKiosk); };
    let warnTimer = 0;
    let endTimer = 0;

    function wake() {
      window.clearTimeout(warnTimer);
      window.clearTimeout(endTimer);
      idle.hidden = true;
      if (body.hidden) return;
      const limit = Number(kiosk.dataset.idle) * 1000;
      warnTimer = window.setTimeout(() => { idle.hidden = false; idle.querySelector("button").focus(); }, limit - Number(kiosk.dataset.warn) * 1000);
      endTimer = window.setTimeout(startOver, limit);
    }

    const isNew = form.dataset.surveyEcho === undefined;
    start.hidden = !isNew;
    body.hidden = isNew;
    kiosk.querySelector("[data-survey-begin]").addEventListener("click", () => {
      start.hidden = true;
      body.hidden = false;
      go(worthSteps()[0], true);
      wake();
    });
    ["pointerdown", "keydown", "input"].forEach((name) => document.addEventListener(name, wake));
    window.addEventListener("pageshow", (event) => { if (event.persisted) startOver(); });
    wake();
  }

  /* ----------------------------------------------------------------- events */

  form.addEventListener("change", (event) => {
    if (event.target.matches && event.target.matches("input")) standAlone(event.target);
    refresh();
    showBar();
    const question = event.target.closest && event.target.closest("[data-question]");
    if (question && question.classList.contains("has-problem") && isAnswered(question)) tellProblem(question, "");
    if (event.target.matches(".answer input[type=radio], .answer input[type=checkbox]")) {
      const other = event.target.closest(".answer").querySelector(".answer__other");
      if (other && event.target.checked) other.focus();
    }
    saveDraft();
  });
  let timer = 0;
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-most]")) count(event.target);
    window.clearTimeout(timer);
    timer = window.setTimeout(saveDraft, 250);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    if (!button) return;
    if (button.matches("[data-rank-pick], [data-rank-move]")) rank(button);
    if (button.matches("[data-survey-clear]")) forget();
    if (button.matches("[data-unchoose]")) {
      button.previousElementSibling.querySelectorAll("input").forEach((input) => { input.checked = false; });
      const first = button.previousElementSibling.querySelector("input");
      first.focus();
      first.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (button.matches("a[href^='#']")) {
      const target = document.getElementById(button.hash.slice(1));
      event.preventDefault();
      go(target.closest("[data-survey-step]"), false);
      target.focus();
      target.scrollIntoView({ block: "start" });
    }
  });
  back.addEventListener("click", () => { go(worthSteps()[current - 1], true); saveDraft(); });
  next.addEventListener("click", goOn);
  // Before portal.js holds the form against a second sending. Enter in a field of an earlier step means "next".
  form.addEventListener("submit", (event) => {
    const isPreview = form.dataset.surveyPreview !== undefined;
    const isEarly = current < worthSteps().length - 1;
    if (isPreview || isEarly || firstMissing(worthSteps()[current])) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!isPreview || isEarly) goOn();
      return;
    }
    saveDraft();
    if (id) tab.set(SENDING + id, "1");
  }, true);
  window.addEventListener("hashchange", () => { takeCode(); saveDraft(); });
  window.addEventListener("pagehide", saveDraft);

  /* ------------------------------------------------------------------ start */

  /* Back to a form that was sent: it is not to be seen again, by whoever holds the phone now, nor sent again. */
  function leaveIfSent(isBack) {
    if (!id) return;
    if (isBack && tab.get(SENT + id)) {
      isLeaving = true;
      form.reset();
      window.location.replace(form.dataset.surveyThanks);
    } else if (!isBack) {
      tab.remove(SENT + id);
    }
  }

  const entry = (window.performance.getEntriesByType("navigation") || [])[0];
  window.addEventListener("pageshow", (event) => { if (event.persisted) leaveIfSent(true); });
  leaveIfSent(Boolean(entry) && entry.type === "back_forward");

  const isEcho = form.dataset.surveyEcho !== undefined;
  if (isEcho) {
    tab.remove(SENDING + id);
    // A reload, or the way back here, then asks for the form anew (the draft fills it) instead of for sending it again.
    window.history.replaceState(null, "", form.action);
  }
  const draft = isEcho ? null : restoreDraft();
  takeCode();
  form.querySelectorAll("[data-ranking]").forEach(startOrder);
  refresh();
  const troubled = form.querySelector(".is-invalid, .has-problem:not([hidden])");
  const restored = draft && draft.filled ? steps[draft.step] : null;
  go((troubled && troubled.closest("[data-survey-step]")) || restored || steps[0], false);
  const summary = document.getElementById("survey-problems");
  if (summary) summary.focus();
  if (kiosk) runKiosk();
  form.classList.add("is-ready");
  saveDraft();
})();
