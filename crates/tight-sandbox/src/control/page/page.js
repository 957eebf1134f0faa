"use strict";

// All text goes in by `textContent`: what is stored and received comes from anyone.

const PERIOD = 1000;
const SHOWN = 100;

const FAULTS = [
  ["503, nothing is stored", { respondBefore: { status: 503 } }, "The server is unavailable: a 503, and the request takes no effect."],
  ["429 with Retry-After: 30", { respondBefore: { status: 429, headers: { "Retry-After": "30" }, body: { result: "FAILURE", data: null, error: [{ type: "BAD_REQUEST", message: "Too many requests" }] } } }, "The request is limited, and takes no effect."],
  ["502 page of a gateway", { respondBefore: { status: 502, headers: { "Content-Type": "text/html; charset=utf-8" }, body: "<h1>Bad gateway</h1>" } }, "HTML instead of JSON; the request takes no effect."],
  ["Drop before the effect", "dropBefore", "The connection closes without a response, and nothing is stored."],
  ["Drop after the effect", "dropAfter", "The request is stored, but its response is lost."],
  ["Stall before the effect", "stallBefore", "Never responds, and nothing is stored."],
  ["Stall after the effect", "stallAfter", "The request is stored, but there is never a response."],
  ["Cut the body after 10 bytes", { truncate: 10 }, "The request is stored; the connection closes within the body."],
  ["Slow body", { drip: { bytes: 20, pauseMilliseconds: 250 } }, "The request is stored; the body arrives 20 bytes at a time, each 250 ms."],
  ["Expire the token", "expireTokenBefore", "A 401, for this request and later ones with its token."],
  ["Unknown field", { alterResponse: { unknownField: 1 } }, "The response has a field that is not documented."],
  ["Other, in JSON", null, "Any fault, as the README of the sandbox lists them."],
];

const at = (id) => document.getElementById(id);

function make(name, options = {}, ...children) {
  const { text, attributes = {}, ...properties } = options;
  const made = Object.assign(document.createElement(name), properties);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

async function ask(path, method = "GET", body) {
  const options = { method, cache: "no-store" };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch("/sandbox/" + path, options);
  const text = await response.text();
  const json = text === "" ? null : JSON.parse(text);
  if (!response.ok) {
    const { message, at } = json.error;
    throw new Error(at ? `${at}: ${message}` : message);
  }
  return json;
}

const pretty = (value) => JSON.stringify(value, null, 2);

// Whether `value` is another one than the last time under this name.
const last = new Map();
function isNew(name, value) {
  const text = JSON.stringify(value);
  if (last.get(name) === text) return false;
  last.set(name, text);
  return true;
}

function showAccess(tokens) {
  if (!isNew("access", tokens)) return;
  const rows = [["Base URL", location.origin]];
  for (const { accessToken, user, scope } of tokens) {
    const whose = user === undefined ? "Access token" : `Token of ${user}`;
    rows.push([scope === undefined ? whose : `${whose} (${scope})`, accessToken]);
  }
  at("access").replaceChildren(...rows.flatMap(([name, value]) => {
    const code = make("code", { text: value });
    const copy = make("button", { type: "button", className: "quiet small", text: "Copy" });
    copy.setAttribute("aria-label", `Copy: ${name}`);
    copy.addEventListener("click", async () => {
      if (navigator.clipboard === undefined) {
        // Browsers have no clipboard for pages of other machines without TLS.
        getSelection().selectAllChildren(code);
        return;
      }
      await navigator.clipboard.writeText(value);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    });
    return [make("dt", { text: name }), make("dd", {}, code, copy)];
  }));
}

// The numbers of the requests whose details are open.
const opened = new Set();

function statusOf(request) {
  if (request.status === undefined) return ["no response", "bad-status"];
  const kind = request.status < 300 ? "good-status" : request.status < 500 ? "warn-status" : "bad-status";
  return [String(request.status), kind];
}

function detailsOf(request) {
  const cell = make("td", { colSpan: 5 });
  if (request.user !== undefined) cell.append(make("h3", { text: "User" }), make("pre", { text: request.user }));
  const headers = request.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  cell.append(make("h3", { text: "Headers" }), make("pre", { text: headers }));
  if (request.body !== undefined) {
    const body = typeof request.body === "string" ? request.body : pretty(request.body);
    cell.append(make("h3", { text: "Body" }), make("pre", { text: body }));
  }
  return make("tr", { className: "details", id: `details-${request.number}` }, cell);
}

function rowOf(request) {
  const place = request.query === "" ? request.path : `${request.path}?${request.query}`;
  const open = make("button", { type: "button", className: "link", text: place, id: `request-${request.number}` });
  const details = detailsOf(request);
  const show = (isOpen) => {
    details.hidden = !isOpen;
    open.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) opened.add(request.number); else opened.delete(request.number);
  };
  open.setAttribute("aria-controls", details.id);
  open.addEventListener("click", () => show(details.hidden));
  show(opened.has(request.number));
  const [status, kind] = statusOf(request);
  const row = make("tr", {},
    make("td", { text: request.time.slice(11, 19), title: request.time }),
    make("td", { text: request.method }),
    make("td", {}, open),
    make("td", { text: request.operation || "none", className: request.operation ? "" : "soft" }),
    make("td", { text: status, className: kind }));
  return [row, details];
}

// Replaces what is shown, and leaves the focus where it was.
function replace(parent, children) {
  const focused = document.activeElement?.id;
  parent.replaceChildren(...children);
  if (focused && document.activeElement?.id !== focused) at(focused)?.focus();
}

function showRequests(requests) {
  if (!isNew("requests", requests)) return;
  replace(at("requests"), requests.toReversed().flatMap(rowOf));
  at("no-requests").hidden = requests.length > 0;
}

function aimOf(order) {
  const parts = [order.operation ?? "any operation"];
  if (order.matching !== undefined) {
    parts.push(typeof order.matching === "string" ? order.matching : JSON.stringify(order.matching));
  }
  if (order.pass !== undefined) parts.push(`after ${order.pass}`);
  if (order.probability !== undefined) parts.push(`${Number((order.probability * 100).toPrecision(6))}%`);
  return parts.join(", ");
}

function showFaults(faults) {
  if (!isNew("faults", faults)) return;
  at("faults").replaceChildren(...faults.map((order) => make("tr", {},
    make("td", { text: aimOf(order) }),
    make("td", {}, make("code", { text: typeof order.fault === "string" ? order.fault : JSON.stringify(order.fault) })),
    make("td", { text: order.always ? "all" : String(order.times) }))));
  at("no-faults").hidden = faults.length > 0;
}

async function showEntities(details) {
  const name = details.dataset.collection;
  const state = await ask(`state?collection=${encodeURIComponent(name)}&limit=${SHOWN}`);
  const entities = state[name] ?? [];
  if (!isNew(`entities of ${name}`, entities)) return;
  const parts = entities.toReversed().map((entity) => make("pre", { text: pretty(entity) }));
  if (entities.length === SHOWN) {
    parts.unshift(make("p", { className: "help", text: `The latest ${SHOWN}.` }));
  }
  details.replaceChildren(details.firstElementChild, ...parts);
}

// The collections that are shown, by name.
const shown = new Map();

async function showStored(counts) {
  for (const [name, details] of shown) {
    if (counts[name] === undefined) {
      details.remove();
      shown.delete(name);
      last.delete(`entities of ${name}`);
    }
  }
  for (const [name, count] of Object.entries(counts)) {
    let details = shown.get(name);
    if (details === undefined) {
      details = make("details", {}, make("summary", {},
        make("span", { text: name }), make("span", { className: "count" })));
      details.dataset.collection = name;
      details.addEventListener("toggle", () => { if (details.open) showEntities(details).catch(disconnected); });
      const names = [...shown.keys(), name].sort();
      const next = shown.get(names[names.indexOf(name) + 1]);
      at("stored").insertBefore(details, next ?? null);
      shown.set(name, details);
    }
    details.querySelector(".count").textContent = String(count);
  }
  at("nothing-stored").hidden = shown.size > 0;
  await Promise.all([...shown.values()].filter((details) => details.open).map(showEntities));
}

function connected() {
  at("connection").className = "connection good";
  if (at("connection").textContent !== "Running") at("connection").textContent = "Running";
}

function disconnected(error) {
  at("connection").className = "connection bad";
  const text = error instanceof TypeError ? "No connection: the sandbox has stopped" : error.message;
  if (at("connection").textContent !== text) at("connection").textContent = text;
}

async function refresh() {
  try {
    const summary = await ask("summary");
    at("requests-count").textContent = String(summary.requests);
    if (isNew("operations", summary.url)) await showOperations();
    showAccess(await ask("tokens"));
    showRequests(await ask(`requests?limit=${SHOWN}`));
    showFaults(await ask("faults"));
    await showStored(summary.stored);
    connected();
  } catch (error) {
    disconnected(error);
  }
}

async function showOperations() {
  const operations = await ask("operations");
  const names = operations.map(({ operation }) => operation).sort();
  at("operation").replaceChildren(
    make("option", { value: "", text: "Any operation" }),
    ...names.map((name) => make("option", { value: name, text: name })));
}

// Refreshes once more as soon as a refresh under way has ended, so that what was just ordered shows.
let refreshing = Promise.resolve();
function refreshNow() {
  refreshing = refreshing.then(refresh);
  return refreshing;
}

async function poll() {
  if (!document.hidden) await refreshNow();
  setTimeout(poll, PERIOD);
}

function explainFault() {
  const [, fault, help] = FAULTS[at("fault").value];
  at("fault-help").textContent = help;
  at("other").hidden = fault !== null;
}

async function order(event) {
  event.preventDefault();
  at("order-error").textContent = "";
  try {
    const fault = FAULTS[at("fault").value][1] ?? JSON.parse(at("json").value);
    const wanted = { fault };
    if (at("operation").value !== "") wanted.operation = at("operation").value;
    if (at("pass").value !== "0") wanted.pass = Number(at("pass").value);
    if (at("always").checked) wanted.always = true; else wanted.times = Number(at("times").value);
    await ask("faults", "POST", wanted);
  } catch (error) {
    at("order-error").textContent = error.message;
  }
  await refreshNow();
}

at("fault").replaceChildren(...FAULTS.map(([name], index) => make("option", { value: String(index), text: name })));
at("fault").addEventListener("change", explainFault);
at("always").addEventListener("change", () => { at("times").disabled = at("always").checked; });
at("order").addEventListener("submit", order);
at("clear-faults").addEventListener("click", async () => {
  await ask("faults", "DELETE").catch(disconnected);
  await refreshNow();
});
at("empty").addEventListener("click", async () => {
  if (!confirm("Forget what is stored, the requests and the faults?")) return;
  await ask("state", "DELETE").catch(disconnected);
  await refreshNow();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshNow(); });
explainFault();
poll();
