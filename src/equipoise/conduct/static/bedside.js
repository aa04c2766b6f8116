"use strict";
/* The bedside: taps and values wait for the connection, are sent once and in their order,
   each with the time of the tap; what is due calls for attention. */
(function () {
  var AGAIN = 5000; // ms before what waits is tried again
  var CONFIRM = 8000; // ms within which a second tap stops the infusion
  var SOON = 300; // s before a timepoint is called due, as on the server
  var BLANK = "2777"; // minute of the form that is copied for a repeated measurement

  var section, live, key, memory = [], refused = [], sending = false, stuck = false, plain = document.title, called = {};

  function all(selector, from) {
    return Array.prototype.slice.call((from || document).querySelectorAll(selector));
  }
  function stored() {
    try { return JSON.parse(localStorage.getItem(key) || "[]"); } catch (e) { return memory; }
  }
  function store(list) {
    memory = list;
    try { localStorage.setItem(key, JSON.stringify(list)); } catch (e) { /* memory alone */ }
    say();
  }
  function clock() { return document.getElementById("course"); }
  /* The time of the server, in seconds, whatever the clock of this device shows. */
  function now() {
    var d = clock().dataset;
    if (!d.loaded) { d.loaded = String(Date.now()); }
    return Number(d.serverNow) + (Date.now() - Number(d.loaded)) / 1000;
  }
  function name() {
    return window.crypto && crypto.randomUUID ? crypto.randomUUID()
      : Date.now() + "-" + Math.random().toString(36).slice(2);
  }
  function token() {
    var found = /(?:^|; )(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(document.cookie);
    var field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return found ? found[1] : field ? field.value : "";
  }

  /* --- what waits ---------------------------------------------------------------- */
  function say(reason) {
    var place = document.getElementById("queue"), count = stored().length;
    if (!place) { return; }
    place.textContent = "";
    if (count && (stuck || !navigator.onLine)) {
      var line = document.createElement("p");
      line.className = "notice warn";
      line.textContent = count + (count === 1 ? " entry is waiting" : " entries are waiting")
        + " for the connection. " + (reason || "Continue working: nothing is lost.");
      place.appendChild(line);
    }
    stored().forEach(function (one) {
      if (!one.alert) { return; }
      var box = document.createElement("div"), text = document.createElement("b");
      box.className = "alert " + one.alert.action;
      box.setAttribute("role", "alert");
      text.textContent = one.alert.text;
      box.appendChild(text);
      place.appendChild(box);
    });
    refused.forEach(function (one, index) {
      var line = document.createElement("p"), button = document.createElement("button");
      line.className = "notice bad";
      line.setAttribute("role", "alert");
      line.textContent = "Not done: " + one.what + ". " + one.text + " ";
      button.type = "button";
      button.className = "quiet";
      button.textContent = "Mark as read";
      button.addEventListener("click", function () { refused.splice(index, 1); say(); });
      line.appendChild(button);
      place.appendChild(line);
    });
  }
  function wait(entry) {
    entry.id = name();
    store(stored().concat([entry]));
    send();
  }
  function send() {
    var list = stored();
    if (sending || !list.length) { return; }
    sending = true;
    var entry = list[0], body = new URLSearchParams(entry.body);
    body.delete("csrfmiddlewaretoken"); // of when it was tapped: the header has the one that holds
    fetch(entry.url, {
      method: "POST", body: body.toString(), redirect: "manual", credentials: "same-origin",
      headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token() }
    }).then(function (answer) {
      return answer.text().then(function (text) { sent(entry, answer, text); });
    }).catch(function () { later(); });
  }
  function later(reason) {
    sending = false;
    stuck = true;
    say(reason);
    clearTimeout(later.timer);
    later.timer = setTimeout(send, AGAIN);
  }
  function sent(entry, answer, text) {
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      return later("Sign in again in a new tab to send them.");
    }
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) { return later(); }
    sending = stuck = false;
    store(stored().filter(function (one) { return one.id !== entry.id; }));
    if (answer.ok) { done(entry); } else { refuse(entry, text); }
    if (stored().length) { send(); } else if (entry.deed && answer.ok) { window.location.assign(entry.page); }
    else { htmx.trigger("#live", "again"); }
  }
  function done(entry) {
    var place = entry.said && document.getElementById(entry.said);
    if (place) { place.textContent = "Saved"; place.classList.remove("problem"); }
  }
  function refuse(entry, text) {
    var plainly = new DOMParser().parseFromString(text, "text/html").body.textContent;
    refused.push({ what: entry.what, text: plainly.replace(/\s+/g, " ").trim().slice(0, 400) });
    say();
  }

  /* --- values: as htmx sends them, or later ---------------------------------------- */
  function question(event) { return event.target.closest && event.target.closest(".question"); }
  /* The strongest rule that a value meets: the server says so again once it has the value. */
  function rule(of) {
    var state = clock().dataset.state, text = of.querySelector("[name]").value.trim();
    var value = text === "" ? NaN : Number(text.replace(",", "."));
    var when = { "not started": "before infusion", "not given": "before infusion", stopped: "after infusion" }[state] || "during infusion";
    var found = JSON.parse(document.getElementById("now").dataset.rules).filter(function (r) {
      return r.measurement === of.dataset.name && (r.when === when || r.when === "any")
        && (r.above !== null && value >= r.above || r.below !== null && value <= r.below);
    })[0];
    return found && {
      action: found.action,
      text: found.action.toUpperCase() + ": " + found.sign + " " + value + " " + found.limit + ". " + found.do
    };
  }
  function keep(event, of) {
    var config = event.detail.requestConfig, label = of.querySelector(".label");
    var said = of.querySelector(".said");
    if (said) { said.textContent = "Waiting for the connection."; }
    of.dataset.sent = of.dataset.sending || "";
    wait({
      url: config.path, body: new URLSearchParams(config.formData).toString(),
      what: label ? label.textContent.trim() : "a value", said: said ? said.id : "", alert: rule(of)
    });
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var of = question(event);
    if (of && (stored().length || !navigator.onLine)) { event.preventDefault(); keep(event, of); }
  });
  ["htmx:sendError", "htmx:timeout"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (question(event)) { keep(event, question(event)); }
    });
  });
  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    if (question(event) && status >= 502 && status <= 504) { keep(event, question(event)); }
  });
  /* A part that keeps itself up to date leaves alone what is typed, and what waits. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target !== live) { return; }
    if (stored().length || live.contains(document.activeElement)) { event.detail.shouldSwap = false; }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target === live) { show(clock().dataset.state); }
  });

  /* --- taps -------------------------------------------------------------------------- */
  var AFTER = { start: "running", interrupt: "interrupted", resume: "running", stop: "stopped" };
  function show(state) {
    all("form[data-when]").forEach(function (form) {
      form.hidden = form.dataset.when.split("|").indexOf(state) < 0;
    });
    all("button[form=start]").forEach(function (b) { b.hidden = state !== "not started"; });
  }
  /* An acknowledgement takes the place of its form at once, so that it is made once. */
  function acknowledged(form) {
    var text = document.createElement("p");
    text.textContent = "Acknowledged: " + form.elements.done.value;
    form.closest("details").replaceWith(text);
    section.querySelector("h1").tabIndex = -1; // outside the part that keeps itself up to date
    section.querySelector("h1").focus();
  }
  function tapped(form) {
    var deed = form.dataset.deed, at = now(), d = clock().dataset;
    var data = new FormData(form);
    data.append("tapped", at.toFixed(1));
    data.append("sure", "yes");
    data.append("key", name());
    wait({
      url: form.getAttribute("action"), body: new URLSearchParams(data).toString(),
      deed: AFTER[deed] ? deed : "", page: document.getElementById("queue").dataset.path,
      what: deed + " at " + local(at).slice(11, 16)
    });
    if (!AFTER[deed]) { return acknowledged(form); }
    if (!navigator.onLine) { // as it will be, once it is sent
      d.state = AFTER[deed];
      if (deed === "start") {
        d.started = String(Math.floor(at));
        document.querySelector("[data-since]").parentNode.hidden = false;
      }
      if (deed === "stop") { d.stopped = String(Math.floor(at)); }
      document.getElementById("state").textContent = AFTER[deed];
      show(AFTER[deed]);
    }
  }
  function ask(form) {
    var button = form.querySelector("button.danger"), back = form.querySelector("[data-back]");
    var why = form.querySelector("div"), before = button.textContent;
    form.dataset.sure = "yes";
    why.hidden = back.hidden = false;
    button.textContent = "Tap again to stop";
    function end() {
      delete form.dataset.sure;
      why.hidden = back.hidden = true;
      button.textContent = before;
    }
    back.addEventListener("click", end, { once: true });
    form.timer = setTimeout(function () { if (!why.contains(document.activeElement)) { end(); } }, CONFIRM);
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-deed]")) { return; }
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.deed === "repeat") { return repeat(); }
    if (form.dataset.deed === "stop" && !form.dataset.sure) { return ask(form); }
    tapped(form);
  }, true);

  /* --- forms of the moment ------------------------------------------------------------- */
  function pad(n) { return (n < 10 ? "0" : "") + n; }
  /* The clock on the wall of the site, as a field of the browser takes it. */
  function local(at) {
    return new Date((Math.floor(at) + Number(clock().dataset.offset)) * 1000).toISOString().slice(0, 19);
  }
  function prefilled(from) {
    all("details[data-fresh] .question[data-name=measured_at]", from).forEach(function (of) {
      of.dataset.sent = ""; // it stands there, and was not saved
    });
  }
  /* The time of a measurement is that of its first value, unless somebody wrote another. */
  document.addEventListener("change", function (event) {
    var of = question(event), form = of && of.closest("form.entry");
    var time = form && form.querySelector(".question[data-name=measured_at]");
    if (!time || form.dataset.timed) { return; }
    form.dataset.timed = "yes";
    var field = time.querySelector("input");
    if (!field || time === of || time.dataset.sent) { return; }
    field.value = local(now());
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  function minute() {
    var place = document.getElementById("now").dataset, started = clock().dataset.started;
    var used = all("#times li").filter(function (li) { return li.dataset.state === "done"; })
      .map(function (li) { return Number(li.dataset.minute); });
    var next = started ? Math.max(0, Math.floor((now() - Number(started)) / 60)) : Number(place.next);
    var made = all("details[data-made]").map(function (one) { return Number(one.dataset.made); });
    while (used.concat(made).indexOf(next) >= 0) { next += 1; }
    return next;
  }
  function repeat() {
    var template = document.getElementById("repeat"), box = document.createElement("div");
    if (!template) { return; }
    var number = minute();
    box.innerHTML = template.innerHTML
      .replace(new RegExp("minute=" + BLANK, "g"), "minute=" + number)
      .replace(new RegExp("-m" + BLANK, "g"), "-m" + number);
    var made = box.firstElementChild;
    made.dataset.made = String(number);
    made.dataset.fresh = "yes";
    document.getElementById("now").insertBefore(made, document.querySelector("#now details"));
    made.querySelector("input[type=datetime-local]").value = local(now());
    prefilled(document);
    htmx.process(made);
    made.scrollIntoView({ block: "start" });
    made.querySelector("input[inputmode]").focus();
  }

  /* --- a scale on which nothing is observed ---------------------------------------------- */
  function absent(button) {
    var form = button.closest("details").querySelector("form.entry"), value = button.dataset.absent;
    var open = all(".question", form).filter(function (of) {
      return !of.hidden && !of.querySelector("input:checked") && of.querySelector('input[value="' + value + '"]');
    });
    if (!button.dataset.sure) {
      button.dataset.sure = "yes";
      button.textContent = "Tap again: " + open.length + (open.length === 1 ? " item" : " items") + " as " + value;
      return;
    }
    open.forEach(function (of) {
      var input = of.querySelector('input[value="' + value + '"]');
      input.checked = true;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    button.hidden = true;
  }

  /* --- what is due ------------------------------------------------------------------------ */
  function due() {
    if (!clock()) { return; }
    var started = clock().dataset.started, at = now(), count = 0, fresh = false;
    all("#times li").forEach(function (li) {
      var state = li.querySelector(".state:last-child"), from = Number(started) + Number(li.dataset.minute) * 60;
      if (started && ["coming", "due"].indexOf(li.dataset.state) >= 0 && li.dataset.minute >= 0 && at >= from - SOON) {
        li.dataset.state = at > from + 2 * SOON ? "late" : "due";
        state.textContent = li.dataset.state;
        state.className = "state " + li.dataset.state;
      }
      if (li.dataset.state === "due") {
        count += 1;
        if (started && at >= from && !called[li.dataset.minute]) { called[li.dataset.minute] = fresh = true; }
      }
    });
    document.title = (count ? "(" + count + " due) " : "") + plain;
    if (fresh && navigator.vibrate) { navigator.vibrate([300, 150, 300]); }
  }

  document.addEventListener("DOMContentLoaded", function () {
    section = document.querySelector("[data-queue]");
    live = document.getElementById("live");
    key = "equipoise-queue:" + section.dataset.queue;
    prefilled(document);
    all("[data-absent]").forEach(function (b) {
      b.hidden = false;
      b.addEventListener("click", function () { absent(b); });
    });
    window.addEventListener("online", send);
    due();
    setInterval(due, 1000);
    say();
    send();
  });
  window.addEventListener("beforeunload", function (event) {
    if (!navigator.onLine && stored().length) { event.preventDefault(); }
  });
})();
