/*
 * Shows what is asked of a guardian only when the birth date is that of somebody from 14 to 17. Without script, or
 * before there is a date, it stands open where something was filled in or refused, and the server decides anyway.
 */
(function () {
  "use strict";

  const YOUNGEST = 14;
  const ADULT = 18;

  function ageOf(text, today) {
    const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
    if (!parts) return null;
    const [year, month, day] = parts.slice(1).map(Number);
    const early = today.getMonth() + 1 < month || (today.getMonth() + 1 === month && today.getDate() < day);
    return today.getFullYear() - year - (early ? 1 : 0);
  }

  document.querySelectorAll("[data-guardian]").forEach((fields) => {
    const born = document.getElementById(fields.dataset.guardian);
    if (!born) return;
    function show() {
      const age = ageOf(born.value, new Date());
      fields.hidden = age === null || age < YOUNGEST || age >= ADULT;
    }
    born.addEventListener("input", show);
    show();
  });
})();
