"use strict";
/* What pages do by themselves. Every page works without it, but for saving as you go. */
(function () {
  var WAIT = 5000; // ms before a save that met no network or no database is tried again

  function questions(form) {
    return Array.prototype.filter.call(
      form.querySelectorAll(".question"), function (q) { return !q.hidden; });
  }
  function controls(question) { // of the answer; a missing code has one of its own
    return Array.prototype.slice.call(
      question.querySelectorAll('[name="' + CSS.escape(question.dataset.name) + '"]'));
  }
  function none(question) { return question.querySelector("select.none"); }
  function code(question) { return none(question) ? none(question).value : ""; }
  function state(question) { return value(question) + "\n" + code(question); }
  function value(question) {
    var found = "";
    controls(question).forEach(function (c) {
      if (c.type === "radio") { if (c.checked) { found = c.value; } } else { found = c.value; }
    });
    return found;
  }
  function say(question, text, wrong) {
    var place = question.querySelector(".said");
    if (!place) { return; }
    place.textContent = text;
    place.classList.toggle("problem", Boolean(wrong));
    question.classList.toggle("wrong", Boolean(wrong));
  }

  /* Ranges, from the same definition that the server checks. */
  function problem(question) {
    var d = question.dataset, text = value(question).trim();
    if (d.kind !== "number" || text === "") { return ""; }
    var number = Number(text.replace(",", "."));
    if (!isFinite(number)) { return "enter a number"; }
    var scale = Math.pow(10, Number(d.decimals || 0));
    if (Math.abs(Math.round(number * scale) - number * scale) > 1e-9) {
      return scale === 1 ? "enter a whole number" : "enter at most " + d.decimals + " decimals";
    }
    var unit = d.unit ? " " + d.unit : "";
    if (d.min && number < Number(d.min)) { return "enter at least " + Number(d.min) + unit; }
    if (d.max && number > Number(d.max)) { return "enter at most " + Number(d.max) + unit; }
    return "";
  }

  /* Questions that are asked only after some answer of another one. A form that is read has
     no controls: the server shows every answer that was recorded, and nothing is hidden. */
  function skip(form) {
    form.querySelectorAll(".question[data-only-if]").forEach(function (question) {
      if (!controls(question).length && !question.querySelector("output")) { return; }
      var other = form.querySelector('.question[data-name="' + CSS.escape(question.dataset.onlyIf) + '"]');
      var asked = other && question.dataset.oneOf.split("|").indexOf(value(other)) >= 0;
      if (!asked && state(question) !== "\n") { clear(question); }
      question.hidden = !asked;
    });
  }
  function empty(question) {
    controls(question).forEach(function (c) {
      if (c.type === "radio") { c.checked = false; } else { c.value = ""; }
    });
  }
  function choose(question, code) {
    if (!none(question)) { return; }
    none(question).value = code;
    none(question).classList.toggle("chosen", code !== "");
  }
  function clear(question) {
    empty(question);
    choose(question, "");
    question.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* A question with buttons takes the focus itself: no answer is emphasized. */
  function focusOn(question) {
    var target = question.hasAttribute("tabindex") ? question : controls(question)[0];
    if (target) { target.focus(); question.scrollIntoView({ block: "nearest" }); }
  }
  function move(question, step) {
    var form = question.closest("form"), all = questions(form);
    var next = all[all.indexOf(question) + step];
    if (next) { focusOn(next); }
    else if (step > 0) { var done = form.querySelector(".submit button"); if (done) { done.focus(); } }
  }

  var LINE = 44; // px by which an arrow key scrolls
  function unfold(select) {
    try { select.showPicker(); } catch (error) { /* an old browser: Alt and the arrow open it */ }
  }
  /* Keys that scroll, and would change an answer if the browser had its way: up and down
     scroll, left and right go from button to button, and neither answers. */
  function scrolls(event, radios) {
    var target = event.target, key = event.key, step = { ArrowDown: 1, ArrowUp: -1 }[key];
    var side = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (radios.length && side) {
      var place = radios.indexOf(target);
      var next = place < 0 ? (side > 0 ? 0 : radios.length - 1) : place + side;
      if (radios[next]) { radios[next].focus(); }
      event.preventDefault();
      return true;
    }
    var list = target.tagName === "SELECT";
    if (!(list || radios.length || /^(date|time|datetime-local)$/.test(target.type))) {
      return false;
    }
    if (list && (step || side)) { event.preventDefault(); unfold(target); return true; }
    if (step) { event.preventDefault(); window.scrollBy(0, step * LINE); return true; }
    if (/^(Home|End|PageUp|PageDown)$/.test(key)) {
      event.preventDefault();
      var page = window.innerHeight * 0.9, whole = document.documentElement.scrollHeight;
      window.scrollBy(0, { Home: -whole, End: whole, PageUp: -page, PageDown: page }[key]);
      return true;
    }
    return false;
  }
  /* On the missing code, or on the reason of a check. */
  function other(event, question) {
    if (event.target.tagName === "SELECT" && scrolls(event, [])) { return; }
    if (event.key === "Enter" && event.target.tagName !== "BUTTON" && event.target.tagName !== "A") {
      event.preventDefault();
      move(question, event.shiftKey ? -1 : 1);
    }
  }
  document.addEventListener("wheel", function (event) {
    var target = event.target;
    if (target === document.activeElement && /^(select-one|date|time|datetime-local)$/.test(target.type)) {
      event.preventDefault(); // some browsers would change the value
      window.scrollBy(0, event.deltaY);
    }
  }, { passive: false });

  document.addEventListener("keydown", function (event) {
    var question = event.target.closest && event.target.closest(".question");
    if (!question || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.target !== question && event.target.name !== question.dataset.name) {
      return other(event, question);
    }
    var radios = controls(question).filter(function (c) { return c.type === "radio" && !c.disabled; });
    if (scrolls(event, radios)) { return; }
    if (radios.length) {
      var wanted = radios.filter(function (r) { return r.dataset.key === event.key.toLowerCase(); })[0];
      if (wanted) {
        event.preventDefault();
        wanted.checked = true;
        wanted.dispatchEvent(new Event("change", { bubbles: true }));
        move(question, 1);
      } else if (event.key === "Backspace" || event.key === "Delete") {
        event.preventDefault();
        clear(question);
      } else if (event.key === "Enter") {
        event.preventDefault();
        move(question, event.shiftKey ? -1 : 1);
      } else if (event.key === "-" && none(question)) {
        event.preventDefault();
        none(question).focus();
        unfold(none(question));
      }
    } else if (event.key === "Enter" && event.target.tagName !== "TEXTAREA") {
      event.preventDefault();
      move(question, event.shiftKey ? -1 : 1);
    }
  });

  document.addEventListener("change", function (event) {
    var question = event.target.closest && event.target.closest(".question");
    if (!question) { return; }
    if (event.target === none(question)) {
      choose(question, event.target.value);
      if (event.target.value) { empty(question); }
    } else if (value(question) !== "") { choose(question, ""); }
    var what = problem(question);
    if (what) { say(question, what, true); }
    skip(question.closest("form"));
  }, true);

  /* Logging in again, in another tab, changes the token: the cookie has the one that holds. */
  function token() {
    var found = /(?:^|; )(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(document.cookie);
    return found ? found[1] : "";
  }
  document.addEventListener("htmx:configRequest", function (event) {
    if (!token()) { return; }
    event.detail.headers["X-CSRFToken"] = token();
    delete event.detail.parameters.csrfmiddlewaretoken; // of the form around it; it would count first
  });
  document.addEventListener("submit", function (event) {
    var field = event.target.querySelector("input[name=csrfmiddlewaretoken]");
    if (field && token()) { field.value = token(); }
  });

  /* A value out of range is not sent; the words stay beside the question. */
  document.addEventListener("htmx:configRequest", function (event) {
    var question = event.target.closest && event.target.closest(".question");
    if (question && problem(question)) {
      say(question, problem(question), true);
      event.preventDefault();
    } else if (question && event.target === question && question.dataset.sent === state(question)) {
      event.preventDefault(); // nothing has changed since it was saved
    } else if (question) { question.classList.remove("wrong"); }
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    var question = event.target.closest && event.target.closest(".question");
    if (question) { question.dataset.sending = state(question); }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var question = event.target.closest && event.target.closest(".question");
    if (question && event.detail.xhr && event.detail.xhr.status === 200) {
      question.dataset.sent = question.dataset.sending;
      delete question.dataset.unsaved;
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var question = event.target.closest && event.target.closest(".question");
    if (!question) { return; }
    var said = question.querySelector(".said");
    var wrong = Boolean(said.querySelector(".problem"));
    said.classList.remove("problem");
    question.classList.toggle("wrong", wrong);
  });
  /* Answers come back in any order: a total of before takes the place of no later one. */
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var made = event.detail.fragment.querySelector("[data-seq]");
    if (made && Number(event.detail.target.dataset.seq || 0) > Number(made.dataset.seq)) {
      event.detail.shouldSwap = false;
    }
  });
  /* A part of another page, asked for in place: any other answer is opened as a page. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    var link = event.detail.requestConfig.elt, part = link.getAttribute("hx-select");
    if (part && event.detail.xhr.responseText.indexOf('id="' + part.slice(1) + '"') < 0) {
      event.detail.shouldSwap = false;
      window.location.assign(link.href);
    }
  });
  function retry(question) {
    if (question.dataset.unsaved) { htmx.trigger(question, "again"); }
  }
  function again(event, text) {
    var question = event.target.closest && event.target.closest(".question");
    if (!question || document.querySelector("[data-queue]")) { return; } // bedside.js keeps it
    say(question, text + " It stays on this page and is sent again automatically.", true);
    question.dataset.unsaved = "yes";
    clearTimeout(question.retry);
    question.retry = setTimeout(function () { retry(question); }, WAIT);
  }
  function noConnection(event) { again(event, "Not saved yet: no connection."); }
  function unsaved() { return document.querySelectorAll(".question[data-unsaved]"); }
  window.addEventListener("online", function () { unsaved().forEach(retry); });
  /* Without a connection a whole form is not sent: the page with the answers would be gone. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form.entry")) { return; }
    tell(form, "");
    if (navigator.onLine) { return; }
    event.preventDefault();
    event.stopPropagation(); // the button stays alive
    tell(form, "Not sent: no connection. Your answers stay on this page.");
  }, true);
  /* The session: a warning before it ends, and nothing that was typed is lost after it. */
  var idle = Number(document.body.dataset.idleMinutes || 0) * 60000, WARN = 2 * 60000;
  function used() {
    try { localStorage.setItem("used", String(Date.now())); } catch (error) { /* none here */ }
    document.body.dataset.used = String(Date.now());
    banner("");
  }
  function lastUse() { // in this tab or in another one
    var kept = 0;
    try { kept = Number(localStorage.getItem("used") || 0); } catch (error) { /* none here */ }
    return Math.max(kept, Number(document.body.dataset.used || 0));
  }
  function banner(text, word, deed) {
    var place = document.getElementById("session");
    if (place && place.dataset.text === text) { return; }
    if (place) { place.remove(); }
    if (!text) { return; }
    place = document.createElement("div");
    place.id = "session";
    place.className = "message warning row";
    place.dataset.text = text;
    place.setAttribute("role", "alert");
    place.appendChild(document.createTextNode(text));
    place.appendChild(deed);
    deed.textContent = word;
    document.body.appendChild(place);
  }
  function logIn() {
    var link = document.createElement("a");
    link.href = document.body.dataset.login;
    link.target = "_blank";
    link.rel = "noopener";
    return link;
  }
  function ended() {
    banner("Your session has ended. Your entries stay on this page: sign in, return to this page and continue.",
      "Sign in in a new tab", logIn());
  }
  function watch() {
    var left = idle - (Date.now() - lastUse());
    if (left <= 0) { ended(); }
    else if (left <= WARN) {
      var stay = document.createElement("button");
      stay.type = "button";
      stay.className = "second";
      stay.addEventListener("click", function () {
        fetch(document.querySelector(".own").href, { redirect: "manual" }).then(function (answer) {
          if (answer.ok) { used(); } else { ended(); }
        });
      });
      var minutes = Math.ceil(left / 60000);
      banner("Your session ends in " + minutes + (minutes === 1 ? " minute" : " minutes") +
        " unless you continue.", "Stay signed in", stay);
    } else { banner(""); }
  }
  if (idle) { used(); setInterval(watch, 5000); document.addEventListener("visibilitychange", watch); }
  document.addEventListener("htmx:afterRequest", function (event) {
    var xhr = event.detail.xhr, asked = event.detail.requestConfig.headers || {};
    if (xhr && xhr.status === 401) { ended(); }
    else if (xhr && xhr.status && (!asked["X-Background"] || xhr.getResponseHeader("X-In-Use"))) { used(); }
  });
  /* A whole form is sent when the session is known to hold: it answers 401 otherwise, and the
     page with the answers would be gone. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.dataset.save || form.dataset.sure) { return; }
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.asked) { return; } // pressed twice
    form.dataset.asked = "yes";
    fetch(form.dataset.save, {
      method: "POST", headers: { "X-CSRFToken": token() }, redirect: "manual"
    }).then(function (answer) {
      delete form.dataset.asked;
      if (answer.status === 401) {
        ended();
        tell(form, "Not sent: your session has ended. Sign in in a new tab, then press again.");
        return;
      }
      form.dataset.sure = "yes";
      form.requestSubmit();
      delete form.dataset.sure;
    }, function () {
      delete form.dataset.asked;
      tell(form, "Not sent: no connection. Your answers stay on this page.");
    });
  }, true);
  function tell(form, text) {
    var old = form.querySelector(".submit .offline");
    if (old) { old.remove(); }
    if (!text) { return; }
    var said = document.createElement("p");
    said.className = "offline problem";
    said.setAttribute("role", "alert");
    said.textContent = text;
    form.querySelector(".submit").appendChild(said);
  }

  document.addEventListener("htmx:sendError", noConnection);
  document.addEventListener("htmx:timeout", noConnection);
  document.addEventListener("htmx:responseError", function (event) {
    var question = event.target.closest && event.target.closest(".question");
    var xhr = event.detail.xhr;
    if (xhr.status >= 502 && xhr.status <= 504) { // a proxy says it with a page of its own
      var plain = (xhr.getResponseHeader("Content-Type") || "").indexOf("text/plain") === 0;
      again(event, plain ? xhr.responseText : "Not saved: the server cannot be reached.");
    }
    else if (question) { say(question, "Not saved: server error. Try again.", true); }
  });

  /* Who leaves a page with an answer that could not be saved is asked first. */
  var sending = false;
  document.addEventListener("submit", function () { sending = true; });
  window.addEventListener("beforeunload", function (event) {
    if (!sending && unsaved().length) { event.preventDefault(); }
  });

  /* The clock of the bedside: minutes from the start, without asking the server. */
  function pad(n) { return (n < 10 ? "0" : "") + n; }
  function tick() {
    document.querySelectorAll("[data-server-now]").forEach(function (place) {
      var d = place.dataset;
      if (!d.loaded) { d.loaded = String(Date.now()); }
      var now = Number(d.serverNow) + (Date.now() - Number(d.loaded)) / 1000;
      if (d.started) {
        var end = d.stopped ? Number(d.stopped) : now;
        var s = Math.max(0, Math.floor(now - Number(d.started)));
        place.querySelector("[data-since]").textContent = Math.floor(s / 60) + ":" + pad(s % 60);
        var ran = place.querySelector("[data-ran]");
        if (ran) { ran.textContent = Math.floor((end - Number(d.started)) / 60) + " min"; }
      }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form.entry").forEach(skip);
    document.querySelectorAll(".question[hx-post]").forEach(function (question) {
      question.dataset.sent = state(question);
    });
    var first = document.querySelector("form.entry[data-focus] .question:not([hidden])");
    if (first && window.matchMedia("(pointer: fine)").matches) {
      var open = Array.prototype.filter.call(
        document.querySelectorAll("form.entry[data-focus] .question"),
        function (q) { return !q.hidden && controls(q).length && state(q) === "\n"; })[0];
      focusOn(open || first);
    }
    /* On a phone the menu and the timepoints are rows: what is open must be in sight. */
    document.querySelectorAll(".times [aria-current], .top nav [aria-current]").forEach(function (here) {
      var row = here.closest(".times, nav");
      row.scrollLeft = here.offsetLeft - row.offsetLeft - 16;
    });
    var wrong = document.getElementById("problems");
    if (wrong) { wrong.focus(); }
    if (document.querySelector("[data-server-now]")) { tick(); setInterval(tick, 1000); }
    document.querySelectorAll("form[method=post]").forEach(function (form) {
      form.addEventListener("submit", function () {
        setTimeout(function () {
          form.querySelectorAll("button:not([name])").forEach(function (b) { b.disabled = true; });
        }, 0);
      });
    });
    document.addEventListener("submit", function (event) { // a form that came later, too
      if (!event.target.matches("form[data-once]")) { return; }
      setTimeout(function () {
        event.target.querySelectorAll("button").forEach(function (b) { b.disabled = true; });
      }, 0);
    });
    document.querySelectorAll("[data-print]").forEach(function (b) {
      b.addEventListener("click", function () { window.print(); });
    });
  });
})();
