// Errors: a page must not find our frames in what natives throw.

// For a page that took the limit away, or guards it.
function withLimit(limit, before, act) {
  const own = { __proto__: null, value: limit, configurable: true, writable: true, enumerable: true };
  if (!tryDefine(ErrorHome, "stackTraceLimit", own)) return act();
  try {
    return act();
  } finally {
    if (before === undefined) delete ErrorHome.stackTraceLimit;
    else tryDefine(ErrorHome, "stackTraceLimit", setPrototypeOf(before, null));
  }
}

// The engine's own text of stacks, whatever a page has put into Error.prepareStackTrace.
function withoutPrepare(act) {
  if (!("prepareStackTrace" in ErrorHome)) return act(false);
  const before = own(ErrorHome, "prepareStackTrace");
  const none = { __proto__: null, value: undefined, configurable: true, writable: true, enumerable: before?.enumerable ?? true };
  // Where the page guards it, better no stack than to run the page's code.
  if (!tryDefine(ErrorHome, "prepareStackTrace", none)) return act(true);
  try {
    return act(false);
  } finally {
    if (before === undefined) delete ErrorHome.prepareStackTrace;
    else tryDefine(ErrorHome, "prepareStackTrace", setPrototypeOf(before, null));
  }
}

function capture(above) {
  const holder = { __proto__: null };
  if (captureStackTrace === undefined) return { __proto__: null, stack: new ErrorHome().stack };
  const before = own(ErrorHome, "stackTraceLimit");
  if (before === undefined || !hasOwn(before, "writable") || !before.writable) {
    withLimit(MOST_FRAMES, before, () => captureStackTrace(holder, above));
  } else {
    ErrorHome.stackTraceLimit = MOST_FRAMES;
    captureStackTrace(holder, above);
    ErrorHome.stackTraceLimit = before.value;
  }
  return holder;
}

// As if thrown by the native alone: the stack starts with the caller of the trap.
function blame(error, trap) {
  if (captureStackTrace && isObject(error)) captureStackTrace(error, trap);
}

// Not where the page makes its own of stacks: reading one settles what it is.
const engineStack = (error) => {
  if ("prepareStackTrace" in ErrorHome || !isObject(error) || own(error, "stack") === undefined) return "";
  const text = error.stack;
  return typeof text === "string" ? text : "";
};

function lineAt(text, from) {
  const end = find(text, "\n", from);
  return end < 0 ? cut(text, from) : cut(text, from, end);
}

// Whether the engine threw it in a line of ours.
function isOurs(error) {
  const text = engineStack(error);
  return find(lineAt(text, find(text, "\n", 0) + 1), marker, 0) >= 0;
}

// For errors that were thrown below the page's own code, or earlier: our lines are cut out of the text.
function cutOwnLines(error) {
  const text = engineStack(error);
  if (find(text, marker, 0) < 0) return;
  let clean = "";
  for (let from = 0; from <= text.length;) {
    const line = lineAt(text, from);
    if (find(line, marker, 0) < 0) clean += (from === 0 ? "" : "\n") + line;
    from += line.length + 1;
  }
  trySet(error, "stack", clean);
}

// For errors of a native that has a frame of its own, which stays: our frames below it give way to the page's.
function blameBuiltin(error, trap, rename) {
  if ("prepareStackTrace" in ErrorHome) return blame(error, trap);
  const text = engineStack(error);
  const builtin = lineAt(text, find(text, "\n", 0) + 1);
  const limit = own(ErrorHome, "stackTraceLimit");
  if (captureStackTrace === undefined || find(text, "\n", 0) < 0 || !limit || !hasOwn(limit, "writable") || !limit.writable) return cutOwnLines(error);
  const holder = { __proto__: null };
  ErrorHome.stackTraceLimit = limit.value - 1;
  captureStackTrace(holder, trap);
  ErrorHome.stackTraceLimit = limit.value;
  const rest = holder.stack;
  const below = find(rest, "\n", 0);
  return trySet(error, "stack", cut(text, 0, find(text, "\n", 0) + 1) + rename(builtin) + (below < 0 ? "" : cut(rest, below)));
}

function nameOfError(error) {
  try {
    return apply(exceptionName, error, []);
  } catch {
    const home = isObject(error) ? getPrototypeOf(error) : undefined;
    return home === TypeErrorProto ? "TypeError" : home === RangeErrorProto ? "RangeError" : "Error";
  }
}
