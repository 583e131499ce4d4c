// The origin private file system: names are paths from its root.

const managerHome = homeOf("StorageManager");
const directoryHome = homeOf("FileSystemDirectoryHandle");
const fileHome = homeOf("FileSystemFileHandle");
const handleHome = homeOf("FileSystemHandle");
const nativeRoot = methodOf(managerHome, "getDirectory");
const nativeResolve = methodOf(directoryHome, "resolve");
const paths = new WeakMap();
const pathOf = (handle) => (isObject(handle) ? apply(weakGet, paths, [handle]) : undefined);
const below = (path, name) => (path === "" ? name : path + "/" + name);
const noteAt = (path) => (handle) => apply(weakSet, paths, [handle, path]);

wrap(managerHome, "getDirectory", (call) => following(call.result, noteAt(""), () => undefined));
wrap(directoryHome, "getDirectoryHandle", (call) => {
  const path = pathOf(call.self);
  const name = textAt(call.args, 0);
  if (path === undefined || name === undefined) return followed(call);
  return following(call.result, noteAt(below(path, name)), () => undefined);
}, 1);
wrap(directoryHome, "getFileHandle", (call) => {
  const path = pathOf(call.self);
  const name = textAt(call.args, 0);
  if (path === undefined || name === undefined) return followed(call);
  const note = noteAt(below(path, name));
  if (!call.seen?.create) return following(call.result, note, () => undefined);
  return whenSettled(call, made(call, "fileSystem", "store", "getFileHandle", below(path, name)), note);
}, 1, 1);

// A handle that came another way (by iteration, by message) is looked up from the root, after the call succeeded.
function atHandle(call, record, name) {
  const under = (path) => (name === undefined ? path : below(path, name));
  const path = pathOf(call.self);
  if (path !== undefined) {
    record.name = under(path);
    return whenSettled(call, record);
  }
  return following(call.result, () => {
    wait(record);
    const root = apply(nativeRoot, manager, []);
    const found = apply(then, root, [(top) => apply(nativeResolve, top, [call.self])]);
    apply(then, found, [
      (parts) => {
        if (parts === null) return apply(setDelete, pending, [record]); // a file of the visitor's, not of the site's
        let path = "";
        for (let at = 0; at < parts.length; at++) path = below(path, parts[at]);
        apply(weakSet, paths, [call.self, path]);
        record.name = under(path);
        return settle(record);
      },
      () => { lost++; },
    ]);
  }, () => undefined);
}
const manager = realm.navigator?.storage;

wrap(fileHome, "createWritable", (call) => atHandle(call, made(call, "fileSystem", "store", "createWritable")));
wrap(fileHome, "createSyncAccessHandle", (call) =>
  call.seen?.mode === "read-only" ? followed(call)
  : atHandle(call, made(call, "fileSystem", "store", "createSyncAccessHandle")), 0, 0);
wrap(directoryHome, "removeEntry", (call) => {
  const name = textAt(call.args, 0);
  return name === undefined ? followed(call) : atHandle(call, made(call, "fileSystem", "delete", "removeEntry"), name);
}, 1);
wrap(handleHome, "remove", (call) => atHandle(call, made(call, "fileSystem", "delete", "remove")));

const parentOf = (path) => {
  let end = -1;
  for (let at = find(path, "/", 0); at >= 0; at = find(path, "/", at + 1)) end = at;
  return end < 0 ? "" : cut(path, 0, end);
};
const lastOf = (path) => cut(path, parentOf(path) === "" ? 0 : parentOf(path).length + 1);
const moved = (call) => {
  const before = pathOf(call.self);
  const into = isObject(call.args[0]) ? pathOf(call.args[0]) : before && parentOf(before);
  const name = call.args[call.args.length - 1];
  if (call.error !== undefined || before === undefined || into === undefined) return followed(call);
  const after = below(into, typeof name === "string" ? name : lastOf(before));
  const gone = made(call, "fileSystem", "delete", "move", before);
  return whenSettled(call, made(call, "fileSystem", "store", "move", after), () => {
    noteAt(after)(call.self);
    tell(gone);
  });
};
for (const home of [handleHome, fileHome, directoryHome]) wrap(home, "move", moved);
