// localStorage and sessionStorage.

const storageHome = homeOf("Storage");
const areas = { __proto__: null, localStorage: getterOf(realm, "localStorage"), sessionStorage: getterOf(realm, "sessionStorage") };
const known = new WeakMap(); // Storage -> its kind; also of other windows

function isOf(storage, kind, window) {
  try {
    return storage === apply(areas[kind], window, []);
  } catch {
    return false; // an origin without storage, or of another site
  }
}

function kindOf(storage) {
  let kind = apply(weakGet, known, [storage]);
  for (let at = -1; kind === undefined && at < windows.count; at++) {
    const window = at < 0 ? realm : windows[at];
    if (isOf(storage, "localStorage", window)) kind = "localStorage";
    else if (isOf(storage, "sessionStorage", window)) kind = "sessionStorage";
    if (kind !== undefined) apply(weakSet, known, [storage, kind]);
    else if (at < 0) gatherWindows();
  }
  return kind;
}

const storageCall = (op, via, named, valued) => (call) => {
  const name = named ? textAt(call.args, 0) : undefined;
  const value = valued ? textAt(call.args, 1) : undefined;
  if ((named && name === undefined) || (valued && value === undefined)) return call.result;
  if (op === "access" && call.result === null) return call.result;
  const kind = isObject(call.self) ? kindOf(call.self) : undefined;
  if (kind !== undefined) tell(made(call, kind, op, via, name, value));
  else if (call.error === undefined) lost++;
  return call.result;
};
wrap(storageHome, "setItem", storageCall("store", "setItem", true, true), 2);
wrap(storageHome, "removeItem", storageCall("delete", "removeItem", true, false), 1);
wrap(storageHome, "clear", storageCall("clear", "clear", false, false));
if (reads) wrap(storageHome, "getItem", storageCall("access", "getItem", true, false), 1);
