/* A rating in three taps: one question at a time, each tap goes on, the last one sends. Without this file the three
 * questions stand below each other with a button. Arrow keys choose and do not go on; Enter and the button do. */

(() => {
  "use strict";

  const form = document.querySelector("[data-taps]");
  if (!form) return;
  const questions = Array.from(form.querySelectorAll("[data-tap]"));
  const back = form.querySelector("[data-tap-back]");
  const send = form.querySelector("[data-tap-send]");
  const sendText = send.textContent;
  let current = 0;

  function isAnswered(question) {
    return Boolean(question.querySelector("input:checked"));
  }

  function show(number) {
    current = number;
    questions.forEach((question, place) => { question.hidden = place !== number; });
    back.hidden = number === 0;
    send.textContent = number < questions.length - 1 ? send.dataset.nextText : sendText;
    send.hidden = !isAnswered(questions[number]);
  }

  function goOn() {
    if (!isAnswered(questions[current])) return;
    if (current < questions.length - 1) {
      show(current + 1);
      questions[current].querySelector("input").focus();
    } else {
      form.requestSubmit();
    }
  }

  form.addEventListener("change", () => { send.hidden = false; });
  form.addEventListener("click", (event) => {
    // A tap on a label clicks its input as well, with no place on the screen: only the finger's own click counts.
    const label = event.target.closest("label");
    if (!label || !event.detail) return;
    document.getElementById(label.htmlFor).checked = true;
    event.preventDefault();
    goOn();
  });
  form.addEventListener("submit", (event) => {
    if (current === questions.length - 1 || event.submitter === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    goOn();
  }, true);
  back.addEventListener("click", () => show(current - 1));
  const first = questions.findIndex((question) => !isAnswered(question));
  show(first < 0 ? questions.length - 1 : first);
})();
