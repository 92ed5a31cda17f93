/*
 * The portal's behaviour in the browser, driven by data attributes; every page also works without it where it can.
 * No words live here: what is shown comes from the page (attributes, templates). Charts live in charts.js.
 * Loaded in <head>, not deferred, so that the type size is set before the first paint. Notes: docs/interface.md.
 */
(function () {
  "use strict";

  const LARGE_TYPE = "portal-large-type";
  const DRAFT_PREFIX = "portal-draft:";
  const DRAFT_LIFETIME = 24 * 60 * 60 * 1000;
  // Long enough for a slow upload, short enough that a download (which never leaves the page) frees its button.
  const BUSY_LIMIT = 30 * 1000;

  const root = document.documentElement;

  // Private windows and full devices refuse storage: then nothing is remembered, and nothing breaks.
  const store = {
    get(key) {
      try { return window.localStorage.getItem(key); } catch { return null; }
    },
    set(key, value) {
      try { window.localStorage.setItem(key, value); } catch { /* nothing to do */ }
    },
    remove(key) {
      try { window.localStorage.removeItem(key); } catch { /* nothing to do */ }
    },
    keys() {
      try { return Object.keys(window.localStorage); } catch { return []; }
    },
  };

  root.classList.remove("no-js");
  root.classList.toggle("large-type", store.get(LARGE_TYPE) === "1");

  function each(scope, selector, action) {
    if (scope.matches && scope.matches(selector)) action(scope);
    scope.querySelectorAll(selector).forEach(action);
  }

  function fill(text, n) {
    return (text || "").replace("{n}", n);
  }

  /* ------------------------------------------------------------ type size */

  function showTypeSize() {
    const large = root.classList.contains("large-type");
    each(document, "[data-large-type]", (button) => button.setAttribute("aria-pressed", String(large)));
  }

  function toggleTypeSize() {
    const large = root.classList.toggle("large-type");
    store.set(LARGE_TYPE, large ? "1" : "0");
    showTypeSize();
    document.dispatchEvent(new CustomEvent("portal:type-size"));
  }

  /* ---------------------------------------------------- busy, sent only once */

  const busyForms = new Map();

  function holdForm(form, submitter) {
    if (busyForms.has(form)) return;
    const button = submitter || form.querySelector("[type=submit], button:not([type])");
    const held = { button, children: null, timer: window.setTimeout(() => releaseForm(form), BUSY_LIMIT) };
    busyForms.set(form, held);
    form.setAttribute("aria-busy", "true");
    if (!button || button.tagName !== "BUTTON") return;
    // The button is not disabled: a disabled button would drop its own name and value from what is sent.
    held.children = Array.from(button.childNodes);
    const mark = document.createElement("span");
    mark.className = "busy-mark";
    mark.setAttribute("aria-hidden", "true");
    button.classList.add("is-busy");
    button.setAttribute("aria-disabled", "true");
    if (button.dataset.busyText) button.replaceChildren(mark, document.createTextNode(button.dataset.busyText));
    else button.prepend(mark);
  }

  function releaseForm(form) {
    const held = busyForms.get(form);
    if (!held) return;
    busyForms.delete(form);
    window.clearTimeout(held.timer);
    form.removeAttribute("aria-busy");
    if (held.children) {
      held.button.replaceChildren(...held.children);
      held.button.classList.remove("is-busy");
      held.button.removeAttribute("aria-disabled");
    }
  }

  function onSubmitFirst(event) {
    const form = event.target;
    const asked = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (busyForms.has(form) || (asked && !window.confirm(asked))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.matches("[data-sign-out]")) forgetDrafts();
    if (keepsDrafts(form)) saveDraft(form);
  }

  function onSubmitLast(event) {
    const form = event.target;
    if (event.defaultPrevented || form.dataset.busy === "off" || form.target === "_blank") return;
    holdForm(form, event.submitter);
  }

  /* ---------------------------------------------------------------- drafts */

  function draftKey(name) {
    return DRAFT_PREFIX + document.body.dataset.user + ":" + name;
  }

  /* Drafts belong to a person. On public pages nobody is known, so nothing is kept for the next one to see. */
  function keepsDrafts(form) {
    return Boolean(form && form.dataset.draft && document.body.dataset.user);
  }

  function draftControls(form) {
    const never = ["hidden", "password", "file", "submit", "button", "image", "reset", "search"];
    return Array.from(form.elements).filter(
      (control) => control.name && (!never.includes(control.type) || control.dataset.draftKeep) && !control.closest("[data-draft-skip]")
    );
  }

  function readForm(form) {
    const values = {};
    draftControls(form).forEach((control) => {
      const kept = (values[control.name] = values[control.name] || []);
      if (control.type === "checkbox" || control.type === "radio") {
        if (control.checked) kept.push(control.value);
      } else if (control.type === "select-multiple") {
        kept.push(...Array.from(control.selectedOptions, (option) => option.value));
      } else {
        kept.push(control.value);
      }
    });
    // People chosen in a picker are kept by id only: no name of a resident stays on the device.
    each(form, "[data-picker]", (element) => {
      values[pickerOf(element).name] = Array.from(pickerOf(element).chosen.keys());
    });
    each(form, "[data-draft-list]", (list) => {
      values[list.dataset.draftList] = Array.from(list.querySelectorAll("input"), (input) => [input.value, input.dataset.label || ""]);
    });
    return values;
  }

  function writeForm(form, values) {
    const changed = [];
    const queues = {};
    draftControls(form).forEach((control) => {
      if (!(control.name in values) || control.closest("[data-picker]")) return;
      const kept = values[control.name];
      if (control.type === "checkbox" || control.type === "radio") {
        const checked = kept.includes(control.value);
        if (control.checked !== checked) {
          control.checked = checked;
          changed.push(control);
        }
      } else if (control.type === "select-multiple") {
        Array.from(control.options).forEach((option) => {
          if (option.selected !== kept.includes(option.value)) {
            option.selected = !option.selected;
            changed.push(control);
          }
        });
      } else {
        queues[control.name] = queues[control.name] || kept.slice();
        const value = queues[control.name].shift();
        if (value !== undefined && control.value !== value) {
          control.value = value;
          if (control.type !== "hidden") changed.push(control);
        }
      }
    });
    let picked = false;
    each(form, "[data-picker]", (element) => {
      const picker = pickerOf(element);
      const kept = values[picker.name];
      if (kept && kept.join() !== Array.from(picker.chosen.keys()).join()) {
        picker.replace(kept);
        picked = true;
      }
    });
    each(form, "[data-draft-list]", (list) => {
      const kept = values[list.dataset.draftList] || [];
      const here = Array.from(list.querySelectorAll("input"), (input) => input.value);
      if (kept.map((item) => item[0]).join() === here.join()) return;
      list.dispatchEvent(new CustomEvent("portal:draft-list", { bubbles: true, detail: kept }));
      picked = true;
    });
    changed.forEach((control) => control.dispatchEvent(new Event("change", { bubbles: true })));
    return picked || changed.length > 0;
  }

  function saveDraft(form) {
    window.clearTimeout(form.draftTimer);
    const draft = { at: Date.now(), version: form.dataset.draftVersion || "", values: readForm(form) };
    store.set(draftKey(form.dataset.draft), JSON.stringify(draft));
  }

  function saveDraftSoon(form) {
    form.draftDirty = true;
    window.clearTimeout(form.draftTimer);
    form.draftTimer = window.setTimeout(() => saveDraft(form), 250);
  }

  function readDraft(key) {
    try {
      const draft = JSON.parse(store.get(key));
      return draft && draft.at > Date.now() - DRAFT_LIFETIME ? draft : null;
    } catch {
      return null;
    }
  }

  function restoreDraft(form) {
    if (form.draftReady || !keepsDrafts(form)) return;
    form.draftReady = true;
    // A form that the server shows again holds what was sent, and perhaps more.
    if (form.dataset.draftEcho !== undefined) return;
    const key = draftKey(form.dataset.draft);
    const draft = readDraft(key);
    if (!draft || draft.version !== (form.dataset.draftVersion || "")) {
      store.remove(key);
      return;
    }
    if (writeForm(form, draft.values)) each(form, "[data-draft-notice]", (notice) => { notice.hidden = false; });
    form.dispatchEvent(new CustomEvent("portal:draft-restored", { bubbles: true }));
  }

  function discardDraft(form) {
    window.clearTimeout(form.draftTimer);
    form.draftDirty = false;
    store.remove(draftKey(form.dataset.draft));
    form.reset();
    each(form, "[data-draft-notice]", (notice) => { notice.hidden = true; });
    const first = draftControls(form).find((control) => control.offsetParent);
    if (first) first.focus();
  }

  function forgetSaved(scope) {
    each(scope, "meta[name='draft-saved']", (meta) => store.remove(draftKey(meta.content)));
    each(scope, "[data-draft-saved]", (element) => store.remove(draftKey(element.dataset.draftSaved)));
  }

  function forgetDrafts() {
    const own = draftKey("");
    each(document, "form[data-draft]", (form) => {
      window.clearTimeout(form.draftTimer);
      form.draftDirty = false;
    });
    store.keys().filter((key) => key.startsWith(own)).forEach(store.remove);
  }

  function forgetOldDrafts() {
    store.keys().filter((key) => key.startsWith(DRAFT_PREFIX) && !readDraft(key)).forEach(store.remove);
  }

  /* ---------------------------------------------------------------- picker */

  const pickers = new WeakMap();

  function folded(text) {
    return (text || "").normalize("NFKC").toLowerCase().replace(/\s+/g, "");
  }

  function itemOf(box) {
    return box.closest("li") || box.closest(".picker__row");
  }

  class Picker {
    constructor(element) {
      this.element = element;
      this.name = element.dataset.picker;
      this.chosen = new Map();
      this.list = element.querySelector("[data-picker-chosen]");
      this.filter = element.querySelector("[data-picker-filter]");
      this.start();
    }

    boxes() {
      return Array.from(this.element.querySelectorAll(".picker__row input[type=checkbox]"));
    }

    labelOf(box) {
      const row = box.closest(".picker__row");
      const name = row.querySelector(".picker__name");
      return row.dataset.name || (name || row).textContent.trim();
    }

    /* What the server marked, in rows or as hidden inputs (a form shown again with errors), is where it starts. */
    start() {
      this.chosen.clear();
      if (this.list) {
        this.served = this.served || Array.from(this.list.querySelectorAll("input[type=hidden]"), (input) => [input.value, input.dataset.label || ""]);
        this.served.forEach(([value, label]) => this.chosen.set(value, label));
      }
      this.boxes().forEach((box) => { if (box.checked) this.chosen.set(box.value, this.labelOf(box)); });
      this.show();
    }

    replace(values) {
      const known = new Map(this.chosen);
      this.chosen = new Map(values.map((value) => [value, known.get(value) || ""]));
      this.show();
    }

    set(value, label, wanted) {
      if (wanted) this.chosen.set(value, label || this.chosen.get(value) || "");
      else this.chosen.delete(value);
    }

    shown() {
      return this.boxes().filter((box) => !box.disabled && !itemOf(box).hidden);
    }

    sift() {
      // A filter with an address asks the server instead, which may know more than the row shows.
      if (!this.filter || this.filter.hasAttribute("hx-get")) return;
      const wanted = folded(this.filter.value);
      let hits = 0;
      this.boxes().forEach((box) => {
        const row = box.closest(".picker__row");
        const text = folded((row.dataset.name || "") + (row.dataset.initials || "") + row.textContent);
        const hit = text.includes(wanted);
        itemOf(box).hidden = !hit;
        hits += hit;
      });
      each(this.element, "[data-picker-nothing]", (note) => { note.hidden = hits > 0; });
    }

    show() {
      const here = new Set();
      this.boxes().forEach((box) => {
        here.add(box.value);
        box.checked = this.chosen.has(box.value);
        if (box.checked) this.chosen.set(box.value, this.labelOf(box));
        box.closest(".picker__row").classList.toggle("is-chosen", box.checked);
      });
      each(this.element, "[data-picker-count]", (count) => {
        count.textContent = fill(count.dataset.text || "{n}", this.chosen.size);
      });
      this.sift();
      const shown = this.shown();
      this.showChosen(here, new Set(shown.map((box) => box.value)));
      const all = shown.length > 0 && shown.every((box) => box.checked);
      each(this.element, "[data-picker-all]", (button) => {
        button.disabled = shown.length === 0;
        button.textContent = (all ? button.dataset.textNone : button.dataset.textAll) || button.textContent;
        button.dataset.clears = all ? "1" : "";
      });
    }

    /* Whoever is chosen but cannot be seen in the list just now stands above it; `here` submit by their own boxes. */
    showChosen(here, visible) {
      if (!this.list) return;
      const parts = [];
      let rest = 0;
      this.chosen.forEach((label, value) => {
        if (!here.has(value)) {
          const input = document.createElement("input");
          input.type = "hidden";
          input.name = this.name;
          input.value = value;
          parts.push(input);
        }
        if (visible.has(value)) return;
        if (label) parts.push(this.chip(value, label));
        else rest += 1;
      });
      if (rest) {
        const note = document.createElement("span");
        note.className = "picked picked--rest";
        note.textContent = fill(this.list.dataset.restText || "+{n}", rest);
        parts.push(note);
      }
      this.list.replaceChildren(...parts);
    }

    chip(value, label) {
      const chip = document.createElement("span");
      const button = document.createElement("button");
      chip.className = "picked";
      chip.append(label, button);
      button.type = "button";
      button.dataset.pickerDrop = value;
      button.textContent = "×";
      button.setAttribute("aria-label", (this.list.dataset.dropText || "{name}").replace("{name}", label));
      return chip;
    }

    changed() {
      this.show();
      const form = this.element.closest("form");
      if (keepsDrafts(form)) saveDraftSoon(form);
    }
  }

  function pickerOf(element) {
    if (!pickers.has(element)) pickers.set(element, new Picker(element));
    return pickers.get(element);
  }

  /* -------------------------------------------------------------- steppers */

  function step(button) {
    const input = button.closest("[data-stepper]").querySelector("input");
    const size = (Number(input.step) || 1) * Number(button.dataset.step);
    const low = input.min === "" ? -Infinity : Number(input.min);
    const high = input.max === "" ? Infinity : Number(input.max);
    // An empty field counts from zero, so the first tap on plus gives one.
    input.value = String(Math.min(high, Math.max(low, (Number(input.value) || 0) + size)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function showStepper(element) {
    const input = element.querySelector("input");
    element.querySelectorAll("[data-step]").forEach((button) => {
      const down = Number(button.dataset.step) < 0;
      const limit = down ? input.min : input.max;
      button.disabled = limit !== "" && input.value !== "" && (down ? Number(input.value) <= Number(limit) : Number(input.value) >= Number(limit));
    });
  }

  /* ------------------------------------------------------- network and toasts */

  function showConnection() {
    each(document, "[data-offline-banner]", (banner) => { banner.hidden = navigator.onLine; });
  }

  function toast(templateId) {
    const template = document.getElementById(templateId);
    const stack = document.querySelector("[data-toasts]");
    if (!template || !stack) return;
    // One at a time: five failed requests in a row are one piece of news.
    stack.replaceChildren(template.content.cloneNode(true));
  }

  /* A session that ended answers with the log-in page; reloading lets the whole page go there and come back. */
  function onBeforeSwap(event) {
    const answer = event.detail.xhr.responseText || "";
    if (!answer.includes('data-page="login"')) return;
    event.detail.shouldSwap = false;
    window.location.reload();
  }

  /* -------------------------------------------------------------- file field */

  function fileSize(bytes) {
    const units = ["B", "KB", "MB", "GB"];
    const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
    return (bytes / 1024 ** power).toFixed(power > 1 ? 1 : 0) + " " + units[power];
  }

  function showFile(zone, input) {
    const file = input.files[0];
    const endings = (zone.dataset.extensions || "").split(",").map((ending) => ending.trim().toLowerCase()).filter(Boolean);
    const limit = Number(zone.dataset.maxBytes) || Infinity;
    let refusal = "";
    if (file && endings.length && !endings.some((ending) => file.name.toLowerCase().endsWith(ending))) refusal = zone.dataset.wrongType;
    else if (file && file.size > limit) refusal = zone.dataset.tooLarge;
    each(zone, "[data-dropzone-error]", (element) => { element.textContent = refusal || ""; });
    each(zone, "[data-dropzone-name]", (element) => { element.textContent = file ? file.name + " · " + fileSize(file.size) : ""; });
    zone.classList.toggle("is-refused", Boolean(refusal));
    zone.classList.toggle("has-file", Boolean(file) && !refusal);
    if (refusal) input.value = "";
  }

  function onDrag(event) {
    const zone = event.target.closest && event.target.closest("[data-dropzone]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", event.type === "dragover" || event.type === "dragenter");
    if (event.type !== "drop" || !event.dataTransfer.files.length) return;
    const input = zone.querySelector("input[type=file]");
    const first = new DataTransfer();
    first.items.add(event.dataTransfer.files[0]);
    input.files = first.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* ---------------------------------------------------------------- clicks */

  function togglePassword(button) {
    const input = document.getElementById(button.dataset.showPassword);
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.setAttribute("aria-pressed", String(show));
    each(button, ".bi", (icon) => {
      icon.classList.toggle("bi-eye", !show);
      icon.classList.toggle("bi-eye-slash", show);
    });
  }

  function fillLogin(row) {
    const form = document.querySelector("form[data-login]");
    form.querySelector("[name=username]").value = row.dataset.username;
    form.querySelector("[name=password]").value = row.dataset.password;
    each(document, "[data-demo-login]", (other) => other.classList.toggle("is-chosen", other === row));
    const button = form.querySelector("[type=submit]");
    button.scrollIntoView({ block: "nearest" });
    button.focus();
  }

  function toggleShown(button) {
    const picker = pickerOf(button.closest("[data-picker]"));
    const wanted = !button.dataset.clears;
    picker.shown().forEach((box) => picker.set(box.value, picker.labelOf(box), wanted));
    picker.changed();
  }

  function dropPicked(button) {
    const picker = pickerOf(button.closest("[data-picker]"));
    picker.set(button.dataset.pickerDrop, "", false);
    picker.changed();
  }

  function goBack(button) {
    if (button.dataset.goBack === "reload" && document.referrer) window.location.assign(document.referrer);
    else window.history.back();
  }

  // Puts the text of the field that data-copy names on the clipboard; without one (plain HTTP) it is at least selected.
  function copyText(button) {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    const done = () => { button.querySelector("span").textContent = button.dataset.doneText; };
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, () => field.focus());
    else if (document.execCommand("copy")) done();
  }

  // Puts the value a button offers into the field that data-fill names, as if it had been typed.
  function fillField(button) {
    const field = document.getElementById(button.dataset.fill);
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  }

  // Chooses one value in every group of radio buttons of the form, except below [data-choose-not].
  function chooseAll(button) {
    each(button.form, `input[type="radio"][value="${button.dataset.chooseAll}"]`, (radio) => {
      if (radio.checked || radio.closest("[data-choose-not]")) return;
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  const CLICKS = [
    ["[data-large-type]", toggleTypeSize],
    ["[data-dismiss]", (button) => button.closest("[data-notice]").remove()],
    ["[data-draft-discard]", (button) => discardDraft(button.form || button.closest("form"))],
    ["[data-picker-all]", toggleShown],
    ["[data-picker-drop]", dropPicked],
    ["[data-step]", step],
    ["[data-show-password]", togglePassword],
    ["[data-demo-login]", fillLogin],
    ["[data-go-back]", goBack],
    ["[data-print]", () => window.print()],
    ["[data-copy]", copyText],
    ["[data-fill]", fillField],
    ["[data-choose-all]", chooseAll],
  ];

  function onClick(event) {
    CLICKS.forEach(([selector, action]) => {
      const element = event.target.closest(selector);
      if (element && !element.disabled) action(element);
    });
    each(document, "details[data-closes-itself][open]", (sheet) => {
      if (!sheet.contains(event.target)) sheet.open = false;
    });
  }

  function onInput(event) {
    const control = event.target;
    const form = control.form;
    if (control.matches("[data-picker-filter]")) {
      pickerOf(control.closest("[data-picker]")).show();
      return;
    }
    const stepper = control.closest("[data-stepper]");
    if (stepper) showStepper(stepper);
    if (keepsDrafts(form)) saveDraftSoon(form);
  }

  function onChange(event) {
    const control = event.target;
    const pickerElement = control.closest("[data-picker]");
    if (pickerElement && control.type === "checkbox" && control.closest(".picker__row")) {
      const picker = pickerOf(pickerElement);
      picker.set(control.value, picker.labelOf(control), control.checked);
      picker.changed();
    }
    const zone = control.closest("[data-dropzone]");
    if (zone && control.type === "file") showFile(zone, control);
    const form = control.form;
    if (keepsDrafts(form)) saveDraftSoon(form);
    if (form && form.matches("[data-autosubmit]")) form.requestSubmit();
  }

  function onKey(event) {
    if (event.key === "Escape") each(document, "details[data-closes-itself][open]", (sheet) => { sheet.open = false; });
    // Enter in the filter of a picker looks for a name; it must not send the whole form.
    if (event.key === "Enter" && event.target.matches("[data-picker-filter]")) event.preventDefault();
  }

  function onReset(event) {
    // Controls take their first values only after this event.
    window.setTimeout(() => {
      each(event.target, "[data-picker]", (element) => pickerOf(element).start());
      each(event.target, "[data-stepper]", showStepper);
    });
  }

  /* ------------------------------------------------------------------ start */

  function wake(scope) {
    forgetSaved(scope);
    each(scope, "[data-stepper]", showStepper);
    each(scope, "[data-picker]", pickerOf);
    each(scope, "form[data-draft]", restoreDraft);
  }

  function onSettle(event) {
    const scope = event.detail.elt || event.target;
    wake(scope);
    const around = scope.closest && scope.closest("[data-picker]");
    if (!around) return;
    const fresh = Array.from(around.querySelectorAll("[data-picker-preset]"));
    fresh.forEach((box) => {
      box.removeAttribute("data-picker-preset");
      pickerOf(around).set(box.value, pickerOf(around).labelOf(box), true);
    });
    if (fresh.length) pickerOf(around).changed();
    else pickerOf(around).show();
  }

  document.addEventListener("submit", onSubmitFirst, true);
  document.addEventListener("submit", onSubmitLast);
  document.addEventListener("click", onClick);
  document.addEventListener("input", onInput);
  document.addEventListener("change", onChange);
  document.addEventListener("keydown", onKey);
  document.addEventListener("reset", onReset);
  ["dragenter", "dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, onDrag));

  document.addEventListener("htmx:beforeRequest", (event) => {
    const element = event.detail.elt;
    if (element.tagName === "FORM" && element.dataset.busy !== "off") holdForm(element, (event.detail.requestConfig.triggeringEvent || {}).submitter);
  });
  document.addEventListener("htmx:afterRequest", (event) => releaseForm(event.detail.elt));
  document.addEventListener("htmx:beforeSwap", onBeforeSwap);
  document.addEventListener("htmx:afterSettle", onSettle);
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, () => toast("toast-network-error"));
  });

  window.addEventListener("online", showConnection);
  window.addEventListener("offline", showConnection);
  // Back from the browser's page cache: the form on it may be sent again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) Array.from(busyForms.keys()).forEach(releaseForm); });
  window.addEventListener("pagehide", () => {
    each(document, "form[data-draft]", (form) => { if (form.draftDirty && !busyForms.has(form)) saveDraft(form); });
  });

  /* Pages kept for use without network show who kept them: they go when that person has signed out. */
  function forgetKeptPages() {
    if (document.body.dataset.user || !window.caches) return;
    window.caches.keys().then((names) => names.filter((name) => name.startsWith("check-in-shell")).forEach((name) => window.caches.delete(name))).catch(() => {});
  }

  /* On a phone a row of tabs is wider than the screen: the one that is open comes into sight. */
  function showTab(tab) {
    const row = tab.closest(".page-tabs");
    const [inside, outside] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += inside.left - outside.left - (outside.width - inside.width) / 2;
  }

  document.addEventListener("DOMContentLoaded", () => {
    each(document, ".page-tabs [aria-current]", showTab);
    forgetOldDrafts();
    forgetKeptPages();
    showTypeSize();
    showConnection();
    wake(document);
  });
})();
