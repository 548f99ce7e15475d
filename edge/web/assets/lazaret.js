// Comfort only: every page works without it.
"use strict";

// `j` and `k` go through the rows of a list; what they reach opens with Enter.
const step = (by) => {
  const rows = [...document.querySelectorAll("main .rows tbody th a")];
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(here + by, 0), rows.length - 1)].focus();
};

// The list of keys, where they are turned off too: whoever speaks to the computer would
// otherwise be led about by words (WCAG 2.1.4).
const keys = document.querySelector("#keys");
const remembered = (value) => {
  try {
    if (value) localStorage.setItem("keys", value);
    return localStorage.getItem("keys");
  } catch { return null; }
};
let keysAreOff = remembered() === "off";
if (keys) {
  const tick = keys.querySelector("input");
  tick.checked = !keysAreOff;
  tick.addEventListener("change", () => {
    keysAreOff = !tick.checked;
    remembered(keysAreOff ? "off" : "on");
  });
  keys.querySelector("button").addEventListener("click", () => keys.close());
  for (const button of document.querySelectorAll("button[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => keys.showModal());
  }
}

// `g` and a letter goes to a place in the rail, `/` to the search, `?` to the list of keys.
let waits = false;
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea");
  if (keysAreOff || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (waits) {
    const place = document.querySelector(`.rail a[data-key="${CSS.escape(event.key)}"]`);
    if (place) place.click();
    waits = false;
  } else if (event.key === "/") {
    const search = document.querySelector("#search");
    if (search) { event.preventDefault(); search.focus(); }
  } else if (event.key === "?" && keys && !keys.open) {
    keys.showModal();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  } else if (event.key === "g") {
    waits = true;
    setTimeout(() => { waits = false; }, 1000);
  }
});

// A link that works once is shown with the address of this server in front.
for (const input of document.querySelectorAll("input[data-address]")) {
  input.value = new URL(input.value, location.href).href;
  input.addEventListener("focus", () => input.select());
}

// The browser knows the time zone of whoever sets up a house.
const zone = document.querySelector("input#zone");
if (zone && zone.value === "UTC") {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

// What is wrong with a form is read out and reached first.
const faults = document.querySelector(".faults");
if (faults) {
  faults.tabIndex = -1;
  faults.focus();
}

// A form is sent once; where that takes long, the button says so.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button && button.dataset.busy) button.textContent = button.dataset.busy;
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
});

// What still goes on is looked at again until it is over: when the server tells that something
// changed, else from time to time.
const live = document.querySelector("#live[data-live]");
const look = async () => {
  let fresh = null;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh = answer.ok ? page.querySelector("#live") : null;
  } catch { /* The server may be starting again. */ }
  if (fresh) live.replaceChildren(...fresh.childNodes);
  if (!fresh || fresh.hasAttribute("data-live")) return fresh ? 1000 : 5000;
  live.removeAttribute("data-live");
  const told = document.querySelector("#told");
  const lead = live.querySelector(".lead");
  if (told) told.textContent = lead ? lead.textContent : "Everything is worked out.";
  return 0;
};
const lookAgain = async () => {
  const pause = await look();
  if (pause) setTimeout(lookAgain, pause);
};
const listen = (address) => {
  const source = new EventSource(address);
  let looking = false;
  const changed = async () => {
    if (looking) return;
    looking = true;
    const pause = await look();
    looking = false;
    if (!pause) source.close();
  };
  source.addEventListener("progress", changed);
  source.addEventListener("end", async () => {
    source.close();
    lookAgain();
  });
  // One that was only cut off asks again by itself.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) lookAgain();
  });
};
if (live && live.dataset.events && window.EventSource) listen(live.dataset.events);
else if (live) setTimeout(lookAgain, 700);
