// Cookies.

function cookieNames(text) {
  let names = "";
  for (let from = 0; from < text.length;) {
    let end = find(text, ";", from);
    if (end < 0) end = text.length;
    const pair = apply(trim, cut(text, from, end), []);
    const equals = find(pair, "=", 0);
    names += (names === "" ? "" : "; ") + cut(pair, 0, equals < 0 ? 0 : equals);
    from = end + 1;
  }
  return names;
}

const documentHome = homeOf("Document");
wrap(documentHome, "cookie", (call) => {
  const text = textAt(call.args, 0);
  if (text !== undefined) tell(made(call, "cookie", "store", "document.cookie", undefined, undefined, text));
  return call.result;
}, 1, -1, "set");
if (reads) {
  wrap(documentHome, "cookie", (call) => {
    if (call.error === undefined && call.result !== "") {
      tell(made(call, "cookie", "access", "document.cookie", undefined, undefined, cookieNames(call.result)));
    }
    return call.result;
  }, 0, -1, "get");
}

function timeOf(date) {
  try {
    return apply(getTime, date, []);
  } catch {
    return undefined;
  }
}

// The same as a text of document.cookie (Cookie Store API, "set a cookie": Path is / and SameSite strict by default).
function cookieText(name, value, seen) {
  let text = name + "=" + value + "; Path=" + (textFrom(seen?.path ?? "/"));
  if (seen?.domain !== undefined && seen.domain !== null) text += "; Domain=" + textFrom(seen.domain);
  const expires = isObject(seen?.expires) ? timeOf(seen.expires) : seen?.expires;
  if (typeof expires === "number") text += "; Expires=" + apply(toUTCString, new NativeDate(expires), []);
  if (typeof seen?.maxAge === "number") text += "; Max-Age=" + seen.maxAge;
  text += "; SameSite=" + (textFrom(seen?.sameSite ?? "strict")) + "; Secure";
  return seen?.partitioned ? text + "; Partitioned" : text;
}

const cookieStoreHome = homeOf("CookieStore");
wrap(cookieStoreHome, "set", (call) => {
  const name = call.seen ? textFrom(call.seen.name) : textAt(call.args, 0);
  const value = call.seen ? textFrom(call.seen.value) : textAt(call.args, 1);
  if (name === undefined || value === undefined) return followed(call);
  return whenSettled(call, made(call, "cookie", "store", "cookieStore", name, value, cookieText(name, value, call.seen)));
}, 2, 0);
wrap(cookieStoreHome, "delete", (call) => {
  const name = call.seen ? textFrom(call.seen.name) : textAt(call.args, 0);
  if (name === undefined) return followed(call);
  // What a script would write into document.cookie to the same end.
  let text = name + "=; Path=" + (textFrom(call.seen?.path ?? "/"));
  if (call.seen?.domain) text += "; Domain=" + textFrom(call.seen.domain);
  text += "; Max-Age=0; Secure" + (call.seen?.partitioned ? "; Partitioned" : "");
  return whenSettled(call, made(call, "cookie", "delete", "cookieStore", name, undefined, text));
}, 1, 0);

function cookiesRead(call) {
  const record = made(call, "cookie", "access", "cookieStore");
  return following(call.result, (found) => {
    if (!isObject(found)) return;
    let names = isArray(found) ? "" : found.name;
    for (let at = 0; isArray(found) && at < found.length; at++) names += (at === 0 ? "" : "; ") + found[at].name;
    record.text = names;
    if (names !== "") tell(record);
  }, () => undefined);
}
if (reads) {
  wrap(cookieStoreHome, "get", (call) => cookiesRead(call), 1, 0);
  wrap(cookieStoreHome, "getAll", (call) => cookiesRead(call), 1, 0);
}
