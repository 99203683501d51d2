"use strict";
// Several files at a time, one after the other, each with how far it is; without this file one is sent by its button.

(function () {
  const words = document.querySelector("[data-words]").dataset;
  let line = Promise.resolve();

  function say(item, text, tone) {
    item.textContent = item.dataset.name + ": " + text;
    item.className = tone;
  }

  function button(item, label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm btn-outline-dark ms-2";
    made.textContent = label;
    made.addEventListener("click", act);
    item.append(made);
  }

  function fail(item, told, again) {
    say(item, told.error || words.broken, "error");
    if (told.to) button(item, words.sign, function () { window.location.assign(told.to); });
    else if (again) button(item, words.again, again);
  }

  function send(form, file, key, item) {
    return new Promise(function (done) {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("csrf_token", form.elements.csrf_token.value);
      body.append("kunci", key);
      body.append("file", file);
      function broken(told) {
        fail(item, told, function () { queue(form, file, key, item); });
        done();
      }
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", function (event) {
        const part = event.total ? 25 * Math.floor(4 * event.loaded / event.total) : 0; // read aloud: now and then
        const told = file.name + ": " + words.sending.replace("{}", String(part));
        if (item.textContent !== told) item.textContent = told;
      });
      request.addEventListener("error", function () { broken({}); });
      request.addEventListener("load", function () {
        let told = {};
        try { told = JSON.parse(request.responseText); } catch (error) { told = {}; }
        if (request.status !== 200 || !told.notes) { broken(told); return; }
        say(item, [words.taken].concat(told.notes || []).join(". "), "");
        const state = form.closest("section").querySelector("[data-state]");
        state.textContent = words.there;
        state.className = "chip fine";
        done();
      });
      request.send(body);
    });
  }

  function queue(form, file, key, item) {
    say(item, words.sending.replace("{}", "0"), "");
    line = line.then(function () { return send(form, file, key, item); });
  }

  document.querySelectorAll("form[data-upload]").forEach(function (form) {
    const most = Number(form.dataset.upload);
    const list = form.closest("section").querySelector("[data-sent]");
    const field = form.elements.file;
    let sent = 0;
    form.querySelector("button").hidden = true;
    if (!field.hasAttribute("capture")) field.multiple = true;
    field.addEventListener("change", function () {
      Array.from(field.files).forEach(function (file) {
        const item = document.createElement("li");
        item.dataset.name = file.name;
        list.append(item);
        sent += 1;
        if (file.size > most) fail(item, {error: words.large}, null);
        else queue(form, file, form.elements.kunci.value + "-" + String(sent), item);
      });
      field.value = "";
    });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
  });
})();
