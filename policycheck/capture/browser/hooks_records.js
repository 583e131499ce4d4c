// Records: kept as they are made, turned into text and sent in a microtask.

let active = true;
let leaving = false;
let send;
let first;
let last;
let oldest = 0;
let scheduled = false;
let lost = 0;
let kept = ""; // texts of records, with a comma before each
let keptCount = 0;
let pending = new Set(); // records of calls whose outcome is not known yet

// A worker that waits for its script has no address yet: Chromium 156 ends the process of who asks for it.
const hereOf = getterOf(realm, "location") ?? getterOf(homeOf("WorkerGlobalScope"), "location");
const workerHref = getterOf(homeOf("WorkerLocation"), "href");
let hrefHome;
let href;
const address = () => {
  if (hrefHome === undefined) {
    hrefHome = apply(hereOf, realm, []);
    href = getterOf(hrefHome, "href") ?? workerHref;
  }
  return apply(href, hrefHome, []);
};
const place = apply(Object.prototype.toString, realm, []);
const realmName =
  place === "[object ServiceWorkerGlobalScope]" ? "serviceWorker"
  : place === "[object SharedWorkerGlobalScope]" ? "sharedWorker"
  : place === "[object DedicatedWorkerGlobalScope]" ? "worker"
  : "window";
const origin = typeof realm.origin === "string" ? realm.origin : "null";

const utf8Length = (text) => {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const point = apply(codePointAt, text, [at]);
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (point > 0xffff) at++;
  }
  return length;
};
// Of a record the place is told, and the stack, only where they differ from those of the record before it in the
// same message: most writes of a page come from one line.
let lastStack;
let lastHref;

function textOf(record, where, guarded) {
  let text = '{"kind":"' + record.kind + '","op":"' + record.op + '","via":"' + record.via + '","time":' + record.time;
  if (record.name !== undefined) text += ',"name":' + quote(cut(record.name, 0, MOST_TEXT));
  if (record.value !== undefined) {
    if (record.value.length > MOST_TEXT) text += ',"length":' + utf8Length(record.value);
    text += ',"value":' + quote(cut(record.value, 0, MOST_TEXT));
  }
  if (record.text !== undefined) text += ',"text":' + quote(cut(record.text, 0, MOST_TEXT));
  if (record.store !== undefined) text += ',"store":' + quote(record.store);
  if (record.error !== undefined) text += ',"error":' + quote(record.error);
  if (record.unsettled) text += ',"settled":false';
  const stack = guarded ? "" : record.holder.stack;
  if (stack !== lastStack) text += ',"stack":' + quote((lastStack = typeof stack === "string" ? stack : ""));
  if (where !== lastHref) {
    lastHref = where;
    text += ',"frame":' + quote(where) + ',"realm":"' + realmName + '","origin":' + quote(origin);
  }
  return text + "}";
}

function format(guarded) {
  let record = first;
  first = last = undefined;
  if (record === undefined) return;
  const where = address();
  for (; record !== undefined; record = record.next) {
    if (send === undefined && (keptCount >= MOST_RECORDS || kept.length > MOST_KEPT)) {
      lost++;
      continue;
    }
    try {
      kept += "," + textOf(record, where, guarded);
      keptCount++;
    } catch {
      lost++;
    }
    if (send !== undefined && kept.length > BATCH) send(take());
  }
}

function take() {
  if (lost > 0) kept += ',{"lost":' + lost + "}";
  const text = "[" + cut(kept, 1) + "]";
  kept = "";
  keptCount = lost = 0;
  lastStack = lastHref = undefined;
  return text;
}

function flush() {
  scheduled = false;
  try {
    withoutPrepare(format);
    if (send !== undefined && (kept !== "" || lost > 0)) send(take());
  } catch {
    lost++;
  }
}

function tell(record) {
  if (last === undefined) {
    first = record;
    oldest = record.time;
  } else {
    last.next = record;
  }
  last = record;
  if (leaving || now() - oldest > PATIENCE) flush();
  else if (!scheduled) {
    scheduled = true;
    soon(flush);
  }
}

const made = (call, kind, op, via, name, value, text) => ({
  __proto__: null, kind, op, via, name, value, text, store: undefined, error: call.error, time: now(),
  holder: capture(call.trap), unsettled: false, request: undefined, next: undefined, sibling: undefined,
});

function wait(record) {
  if (leaving) {
    record.unsettled = true;
    tell(record);
  } else {
    apply(setAdd, pending, [record]);
  }
}

function settle(record, error) {
  if (!apply(setDelete, pending, [record])) return; // told already, when the page was left
  record.error = error;
  tell(record);
}

// What the page gets instead of the promise of the native one, so that who handles it stays the page's affair.
function following(promise, done, failed) {
  return apply(then, promise, [
    (result) => {
      try {
        done(result);
      } catch {
        lost++;
      }
      return result;
    },
    (error) => {
      try {
        failed(error);
        cutOwnLines(error);
      } catch {
        lost++;
      }
      throw error;
    },
  ]);
}

// For a call that is not told: its error has our frame all the same.
const followed = (call) => (call.error === undefined ? following(call.result, () => undefined, () => undefined) : undefined);

function whenSettled(call, record, note) {
  if (call.error !== undefined) {
    tell(record);
    return undefined;
  }
  wait(record);
  return following(
    call.result,
    (result) => {
      note?.(result);
      settle(record);
    },
    (error) => settle(record, nameOfError(error)),
  );
}
