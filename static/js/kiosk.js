/* The check-in tablet at the door: a number pad, and the cursor always where the next person or the scanner types. */
(function () {
  "use strict";

  function tail() {
    return document.getElementById("id_tail");
  }

  function press(key) {
    const input = tail();
    if (key === "back") input.value = input.value.slice(0, -1);
    else if (input.value.length < input.maxLength) input.value += key;
  }

  function wake() {
    if (tail()) tail().inputMode = "none"; // the pad stands below; the tablet's own keyboard would cover it
    const wrong = document.querySelector(".kiosk__input.is-invalid") || document.getElementById("id_name");
    if (wrong) wrong.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pad]");
    if (button) press(button.dataset.pad);
  });
  document.addEventListener("htmx:afterSettle", wake);
  document.addEventListener("DOMContentLoaded", wake);
})();
