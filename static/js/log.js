/*
 * The form of the quick log: photos sent while it is open, named outsiders, and what to do without a network.
 * Drafts, the picker and steppers are portal.js's. No words live here.
 */
(function () {
  "use strict";

  const SETTLED = 400; // statuses from here on say that the server, not the network, had the last word

  function formOf(element) {
    return element && element.closest("[data-log-form]");
  }

  function touch(form) {
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* -------------------------------------------------------------- outsiders */

  function chipsOf(form) {
    return form.querySelector("[data-outsider-chips]");
  }

  function addOutsider(form, value, label) {
    const chips = chipsOf(form);
    if (Array.from(chips.querySelectorAll("input")).some((input) => input.value === value)) return;
    const template = form.querySelector("[data-outsider-template]");
    const chip = template.content.firstElementChild.cloneNode(true);
    const input = chip.querySelector("input");
    const drop = chip.querySelector("[data-outsider-drop]");
    input.value = value;
    input.dataset.label = label.trim();
    chip.querySelector("[data-outsider-label]").textContent = label.trim();
    drop.setAttribute("aria-label", drop.getAttribute("aria-label") + label.trim());
    chips.append(chip);
    form.querySelector("[data-outsider-box]").open = true;
  }

  function addTyped(form) {
    const name = form.querySelector("[data-outsider-name]");
    const tail = form.querySelector("[data-outsider-tail]");
    if (!name.value.trim()) {
      name.focus();
      return;
    }
    addOutsider(form, name.value.trim() + "|" + tail.value.trim(), name.value + " " + tail.value);
    name.value = tail.value = "";
    name.focus();
    touch(form);
  }

  function take(button) {
    const form = formOf(button);
    addOutsider(form, button.dataset.outsiderAdd, button.dataset.label);
    button.disabled = true;
    touch(form);
  }

  /* The head-count cannot be lower than the names there are. */
  function countNamed(form) {
    const heads = form.querySelector("[name=heads]");
    const named = new Set(new FormData(form).getAll("residents")).size + chipsOf(form).querySelectorAll("input").length;
    heads.min = String(named);
    heads.placeholder = named ? String(named) : "";
  }

  /* ------------------------------------------------------------------ photos */

  function photosOf(form) {
    return form.querySelector("[data-photos]");
  }

  function pendingOf(form) {
    return Array.from(form.querySelectorAll("[data-photo-pending]"));
  }

  function sayState(item, text, retry) {
    item.querySelector("[data-photo-state]").textContent = text;
    item.querySelector("[data-photo-retry]").hidden = !retry;
  }

  function choosePhotos(input) {
    const box = input.closest("[data-photos]");
    const template = box.querySelector("[data-photo-template]");
    Array.from(input.files).forEach((file) => {
      const item = template.content.firstElementChild.cloneNode(true);
      item.querySelector("[data-photo-name]").textContent = file.name;
      item.photo = { file, consent: input.dataset.consent, id: newId() };
      box.querySelector("[data-photo-list]").append(item);
      if (file.size > Number(box.dataset.maxBytes)) refuse(item, box.dataset.largeText);
      else send(item);
    });
    input.value = "";
  }

  /* crypto.randomUUID() is missing where the portal is reached without https. */
  function newId() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function refuse(item, text) {
    item.removeAttribute("data-photo-pending");
    item.classList.add("photos__item--refused");
    item.querySelector("[data-photo-progress]").remove();
    sayState(item, text, false);
  }

  function send(item) {
    const form = formOf(item);
    const box = photosOf(form);
    const body = new FormData();
    body.append("form_token", form.querySelector("[name=token]").value);
    body.append("client_id", item.photo.id);
    body.append("consent", item.photo.consent);
    body.append("photo", item.photo.file);
    const request = new XMLHttpRequest();
    item.photo.request = request;
    item.photo.failed = false;
    request.open("POST", box.dataset.addUrl);
    request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) item.querySelector("[data-photo-progress]").value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => receive(item, request));
    request.addEventListener("error", () => fail(item, box.dataset.waitingText));
    sayState(item, box.dataset.busyText, false);
    request.send(body);
  }

  function receive(item, request) {
    const form = formOf(item);
    if (!form) return;
    if (request.status >= SETTLED) {
      fail(item, photosOf(form).dataset.waitingText);
    } else if (request.responseText.includes('data-page="login"')) {
      fail(item, photosOf(form).dataset.loginText);
    } else {
      const box = document.createElement("ul");
      box.innerHTML = request.responseText;
      const fresh = box.firstElementChild;
      item.replaceWith(fresh);
      window.htmx.process(fresh);
      sendWaiting(form);
    }
  }

  function fail(item, text) {
    item.photo.failed = true;
    sayState(item, text, true);
  }

  function retryFailed() {
    document.querySelectorAll("[data-photo-pending]").forEach((item) => { if (item.photo.failed) send(item); });
  }

  function dropPhoto(button) {
    const form = formOf(button);
    const item = button.closest("li");
    if (item.photo && item.photo.request) item.photo.request.abort();
    item.remove();
    sendWaiting(form);
  }

  /* Another form's photos: those of the draft that was just put back. */
  function loadPhotos(form) {
    const box = photosOf(form);
    const token = form.querySelector("[name=token]").value;
    if (!box.dataset.listUrl || token === box.dataset.token) return;
    const url = box.dataset.listUrl.replace(box.dataset.token, token);
    box.dataset.listUrl = url;
    box.dataset.token = token;
    window.htmx.ajax("GET", url, { target: box.querySelector("[data-photo-list]"), swap: "innerHTML" });
  }

  /* ----------------------------------------------------------------- sending */

  function showUnsent(form, shown) {
    const notice = form.querySelector("[data-unsent]");
    notice.hidden = !shown;
    if (shown) notice.scrollIntoView({ block: "center" });
  }

  function wait(form, waiting) {
    form.waitsForPhotos = waiting;
    form.querySelector("[data-photos-waiting]").hidden = !waiting;
  }

  function sendWaiting(form) {
    if (!form.waitsForPhotos || pendingOf(form).length) return;
    wait(form, false);
    form.requestSubmit();
  }

  /* After portal.js, which has put the draft away by now. */
  function onSubmit(event) {
    const form = event.target;
    if (!form.matches("[data-log-form]")) return;
    const isOffline = !navigator.onLine;
    if (!isOffline && !pendingOf(form).length) {
      showUnsent(form, false);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isOffline) showUnsent(form, true);
    else wait(form, true);
  }

  function onLost(event) {
    const form = event.target.closest && event.target.closest("[data-log-form]");
    if (form && event.detail.elt === form) showUnsent(form, true);
  }

  /* ------------------------------------------------------------------- start */

  const CLICKS = [
    ["[data-outsider-typed]", (button) => addTyped(formOf(button))],
    ["[data-outsider-add]", take],
    ["[data-outsider-all]", (button) => {
      const group = button.closest("[data-match], form").querySelector("[data-outsider-group]");
      group.querySelectorAll("[data-outsider-add]:not(:disabled)").forEach(take);
    }],
    ["[data-outsider-drop]", (button) => {
      const form = formOf(button);
      const input = button.closest("[data-outsider]").querySelector("input");
      form.querySelectorAll("[data-outsider-add]").forEach((offer) => {
        if (offer.dataset.outsiderAdd === input.value) offer.disabled = false;
      });
      button.closest("[data-outsider]").remove();
      touch(form);
    }],
    ["[data-photo-retry]", (button) => send(button.closest("li"))],
    ["[data-photo-drop]", dropPhoto],
  ];

  function showAssigned(form) {
    const origin = form.querySelector("[name=origin]:checked");
    form.querySelector("[data-assigned]").hidden = !origin || origin.value !== "assigned";
  }

  /* What is chosen must be seen. */
  function unfoldKind(form) {
    const rest = form.querySelector("[data-kinds-rest]");
    if (rest && rest.querySelector(":checked")) rest.open = true;
  }

  function wake() {
    document.querySelectorAll("[data-log-form]").forEach((form) => {
      unfoldKind(form);
      if (form.logReady) return;
      form.logReady = true;
      form.served = { token: form.querySelector("[name=token]").value, chips: chipsOf(form).innerHTML };
      showAssigned(form);
      countNamed(form);
      const count = form.querySelector("[data-picker-count]");
      if (count) new MutationObserver(() => countNamed(form)).observe(count, { childList: true });
      new MutationObserver(() => countNamed(form)).observe(chipsOf(form), { childList: true });
    });
  }

  document.addEventListener("click", (event) => {
    CLICKS.forEach(([selector, action]) => {
      const button = event.target.closest(selector);
      if (button && !button.disabled && formOf(button)) action(button);
    });
  });
  document.addEventListener("change", (event) => {
    const form = formOf(event.target);
    if (!form) return;
    if (event.target.matches("[data-photo-input]")) choosePhotos(event.target);
    if (event.target.name === "origin") showAssigned(form);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-outsider-name], [data-outsider-tail]")) return;
    event.preventDefault();
    addTyped(formOf(event.target));
  });
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("portal:draft-list", (event) => {
    const form = formOf(event.target);
    event.target.replaceChildren();
    event.detail.forEach(([value, label]) => addOutsider(form, value, label || value));
  });
  document.addEventListener("portal:draft-restored", (event) => {
    if (!formOf(event.target)) return;
    loadPhotos(event.target);
    unfoldKind(event.target);
  });
  document.addEventListener("reset", (event) => {
    const form = event.target;
    if (!form.served) return;
    chipsOf(form).innerHTML = form.served.chips;
    form.querySelector("[name=token]").value = form.served.token;
    loadPhotos(form);
  });
  document.addEventListener("htmx:sendError", onLost);
  document.addEventListener("htmx:timeout", onLost);
  document.addEventListener("htmx:afterRequest", (event) => {
    // The same file may be chosen again once it has been mended.
    if (event.target.matches && event.target.matches("[data-sheet]")) event.target.value = "";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    wake();
    const names = document.getElementById("match-names");
    if (names && event.target.id === "match-review" && event.target.querySelector("[data-match-done]")) names.value = "";
  });
  window.addEventListener("online", retryFailed);
  // At once, before portal.js puts a draft back: a reset returns to what the server sent.
  wake();
})();
