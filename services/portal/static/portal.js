"use strict";
// Speed only: every page does its work without this file. Nothing is kept in the browser.

(function () {
  const summary = document.querySelector("[data-summary]");
  if (summary) {
    summary.focus();
  } else {
    const first = document.querySelector("[data-first]");
    if (first) first.focus();
  }

  // Enter goes to the next field; on a button, in a text of several lines and with Ctrl it does what it always does.
  function fieldsOf(form) {
    return Array.from(form.querySelectorAll("input, select, textarea, button")).filter(function (each) {
      const folded = each.closest("details:not([open])") || each.offsetParent === null;
      return each.type !== "hidden" && !each.disabled && !("skip" in each.dataset) && each.tabIndex >= 0 && !folded;
    });
  }

  document.querySelectorAll("form[data-enter]").forEach(function (form) {
    form.addEventListener("keydown", function (event) {
      const here = event.target;
      if (event.key !== "Enter" || here.tagName === "BUTTON" || here.tagName === "TEXTAREA") return;
      event.preventDefault();
      if (here.dataset.resident && !event.ctrlKey) lookUp(here);
      if (event.ctrlKey) {
        form.requestSubmit(form.querySelector("[data-send]"));
        return;
      }
      const fields = fieldsOf(form);
      let next = fields.indexOf(here) + 1;
      while (next < fields.length && fields[next].type === "radio" && fields[next].name === here.name) next += 1;
      if (fields[next]) fields[next].focus();
    });
  });

  // A second click sends nothing a second time; the key in the form would make it one case all the same.
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      window.setTimeout(function () { delete form.dataset.sent; }, 4000);
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-once]").forEach(function (form) { delete form.dataset.sent; });
  });

  // What only some applications need is shown with them.
  document.querySelectorAll("[data-when]").forEach(function (part) {
    const form = part.closest("form");
    const wanted = part.dataset.is.split("|");
    function look() {
      const found = new FormData(form).get(part.dataset.when) || "";
      part.hidden = !wanted.includes(found);
    }
    form.addEventListener("change", look);
    look();
  });

  // Enter behind a whole NIK asks the register of residents too; a name that somebody typed stays.
  function lookUp(field) {
    const form = field.form, name = form.elements["applicant.name"];
    const told = form.querySelector("[data-resident-told]"), words = document.getElementById(field.dataset.nik).dataset;
    const typed = field.value;
    if (typed.replace(/\s/g, "").length !== 16 || field.dataset.asked === typed) return;
    field.dataset.asked = typed;
    told.textContent = words.busy;
    const sent = new URLSearchParams({csrf_token: form.elements.csrf_token.value});
    sent.append("applicant.nik", typed);
    sent.append("applicant.name", name.value);
    fetch(field.dataset.resident, {method: "POST", body: sent, credentials: "same-origin"})
      .then(function (answer) { return answer.json(); })
      .then(function (found) {
        if (field.value !== typed) { told.textContent = ""; return; }
        told.textContent = found.said;
        if (found.name && !name.value) {
          name.value = found.name;
          form.dispatchEvent(new Event("input", {bubbles: true}));
        }
      })
      .catch(function () { told.textContent = words.failed; delete field.dataset.asked; });
  }

  document.querySelectorAll("[data-without-script]").forEach(function (button) { button.hidden = true; });

  // A NIK says its own mistakes while it is typed.
  document.querySelectorAll("[data-nik]").forEach(function (field) {
    const told = document.getElementById(field.dataset.nik);
    field.addEventListener("input", function () {
      const digits = field.value.replace(/\D/g, "");
      const dayOf = Number(digits.slice(6, 8)) % 40, month = Number(digits.slice(8, 10));
      let said = "";
      if (digits.length > 16) said = told.dataset.long;
      else if (digits.length >= 10 && (dayOf < 1 || dayOf > 31 || month < 1 || month > 12)) said = told.dataset.date;
      else if (digits.length && digits.length < 16) said = told.dataset.count.replace("{}", String(16 - digits.length));
      else if (digits.length === 16) said = told.dataset.whole;
      told.textContent = said;
    });
  });

  // Places and offices by a few letters.
  document.querySelectorAll("[data-suggest]").forEach(function (field) {
    const list = document.getElementById(field.getAttribute("list"));
    let waiting = 0;
    field.addEventListener("input", function () {
      window.clearTimeout(waiting);
      if (field.value.length < 2) return;
      waiting = window.setTimeout(function () {
        fetch(field.dataset.suggest + "&q=" + encodeURIComponent(field.value), {credentials: "same-origin"})
          .then(function (answer) { return answer.ok ? answer.json() : {items: []}; })
          .then(function (found) {
            list.replaceChildren(...found.items.map(function (each) {
              const option = document.createElement("option");
              option.value = each;
              return option;
            }));
          })
          .catch(function () { return undefined; });
      }, 250);
    });
  });

  // A half-filled form survives a closed window: the mall keeps it, not the browser.
  document.querySelectorAll("form[data-draft]").forEach(function (form) {
    const told = form.querySelector("[data-draft-told]");
    let waiting = 0, busy = false, again = false;
    function keep() {
      if (busy) { again = true; return; }
      busy = true;
      fetch(form.dataset.draft, {method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin"})
        .then(function (answer) { return answer.ok ? answer.json() : null; })
        .then(function (kept) {
          if (!kept) { told.textContent = told.dataset.failed; return; }
          form.elements.draf.value = kept.id;
          form.elements.draf_versi.value = kept.version;
          told.textContent = told.dataset.kept;
        })
        .catch(function () { told.textContent = told.dataset.failed; })
        .then(function () { busy = false; if (again) { again = false; keep(); } });
    }
    form.addEventListener("input", function () {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(keep, 2000);
    });
  });

  // Ticks all boxes of a name, or none when all are.
  document.querySelectorAll("[data-tick-all]").forEach(function (button) {
    const boxes = button.closest("form").querySelectorAll('input[type="checkbox"][name="' + button.dataset.tickAll + '"]');
    button.hidden = boxes.length < 2;
    button.addEventListener("click", function () {
      const all = Array.from(boxes).every(function (box) { return box.checked; });
      boxes.forEach(function (box) { box.checked = !all; });
    });
  });

  // What is still under way is looked at again, until nothing of it is.
  function goOn() {
    const part = document.querySelector("[data-goes-on]");
    if (!part) return;
    window.setTimeout(function () {
      fetch(window.location.href, {credentials: "same-origin"})
        .then(function (answer) { return answer.ok ? answer.text() : ""; })
        .then(function (text) {
          const found = new DOMParser().parseFromString(text, "text/html").getElementById(part.id);
          if (found) part.replaceWith(document.importNode(found, true));
        })
        .catch(function () { return undefined; })
        .then(goOn);
    }, 1500);
  }
  goOn();

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
