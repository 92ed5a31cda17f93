/* Typing in paper questionnaires by keyboard: Enter goes on, the last Enter saves, lines that were not asked are skipped.
   The server reads everything again; here is only what saves keystrokes. */
(() => {
  "use strict";

  const SEPARATORS = /[\s,;/\u3001\u3002.+-]+/;

  function readNumbers(line, text) {
    const parts = text.normalize("NFKC").split(":")[0].split(SEPARATORS).filter(Boolean);
    const most = line.codes.length;
    return line.several && most < 10 && parts.length === 1 ? [...parts[0]] : parts;
  }

  function findProblem(line) {
    if (!line.codes.length) return "";
    const numbers = readNumbers(line, line.input.value);
    if (!line.several && numbers.length > 1) return line.problem.dataset.oneText;
    const bad = numbers.some((number) => !/^\d+$/.test(number) || +number < 1 || +number > line.codes.length);
    return bad ? line.problem.dataset.rangeText.replace("{most}", line.codes.length) : "";
  }

  function isAsked(line, byName) {
    return line.conditions.every(([name, options, negated]) => {
      const earlier = byName.get(name);
      if (!earlier) return true;
      const chosen = earlier.input.disabled
        ? []
        : readNumbers(earlier, earlier.input.value).map((number) => earlier.codes[number - 1]);
      return chosen.some((code) => options.includes(code)) !== negated;
    });
  }

  function start(form) {
    const lines = [...form.querySelectorAll("[data-paper-line]")].map((element) => ({
      element,
      name: element.dataset.paperLine,
      codes: element.dataset.codes.split(" ").filter(Boolean),
      several: element.dataset.several === "1",
      conditions: JSON.parse(element.dataset.conditions),
      input: element.querySelector("input, textarea"),
      problem: element.querySelector("[data-range-text]"),
    }));
    const byName = new Map(lines.map((line) => [line.name, line]));

    function refresh() {
      for (const line of lines) {
        line.input.disabled = !isAsked(line, byName);
        line.element.classList.toggle("is-skipped", line.input.disabled);
      }
    }

    form.addEventListener("input", (event) => {
      const line = lines.find((one) => one.input === event.target);
      if (!line) return;
      const problem = findProblem(line);
      line.problem.textContent = problem;
      line.input.classList.toggle("is-invalid", Boolean(problem));
      refresh();
    });

    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.target.tagName === "BUTTON") return;
      if (event.target.tagName === "TEXTAREA" && event.shiftKey) return;
      event.preventDefault();
      const fields = [...form.querySelectorAll("input:not([type=hidden]):not(:disabled), textarea:not(:disabled)")];
      const next = fields[fields.indexOf(event.target) + 1];
      if (next) {
        next.focus();
        if (next.select) next.select();
      } else {
        form.requestSubmit();
      }
    });

    refresh();
    const first = form.querySelector("[aria-invalid=true]") || lines.find((line) => !line.input.disabled)?.input;
    const code = form.querySelector("#id_code:not([type=hidden])");
    (form.querySelector(".is-invalid") || (code && !code.value ? code : null) || first)?.focus();
  }

  document.querySelectorAll("form[data-paper]").forEach(start);
})();
