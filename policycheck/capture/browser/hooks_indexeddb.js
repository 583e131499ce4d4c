// IndexedDB: an outcome is told when the transaction ended.

const factoryHome = homeOf("IDBFactory");
const databaseHome = homeOf("IDBDatabase");
const objectStoreHome = homeOf("IDBObjectStore");
const indexHome = homeOf("IDBIndex");
const cursorHome = homeOf("IDBCursor");
const get = (getter) => (object) => apply(getter, object, []);
const databaseName = get(getterOf(databaseHome, "name"));
const storeName = get(getterOf(objectStoreHome, "name"));
const transactionOf = get(getterOf(objectStoreHome, "transaction"));
const databaseOf = get(getterOf(homeOf("IDBTransaction"), "db"));
const transactionError = get(getterOf(homeOf("IDBTransaction"), "error"));
const requestError = get(getterOf(homeOf("IDBRequest"), "error"));
const sourceOf = get(getterOf(cursorHome, "source"));
const storeOfIndex = get(getterOf(indexHome, "objectStore"));
const errorOr = (error, other) => (isObject(error) ? nameOfError(error) : other);
// A page that fills a store calls thousands of times in one transaction, and each time it is the same that is told.
const MOST_ALIKE = 16;
const transactions = new WeakMap(); // transaction -> its records in order, and how many there are of each sort

function stateOf(transaction) {
  let state = apply(weakGet, transactions, [transaction]);
  if (state === undefined) {
    state = { __proto__: null, first: undefined, last: undefined, counts: { __proto__: null } };
    apply(weakSet, transactions, [transaction, state]);
  }
  return state;
}

function whenCommitted(transaction, state, record, request) {
  record.request = request;
  wait(record);
  if (state.last !== undefined) {
    state.last = state.last.sibling = record;
    return;
  }
  state.first = state.last = record;
  const ended = (aborted) => () => {
    try {
      const otherwise = aborted ? errorOr(transactionError(transaction), "AbortError") : undefined;
      for (let at = state.first; at !== undefined; at = at.sibling) settle(at, errorOr(requestError(at.request), otherwise));
    } catch {
      lost++;
    }
  };
  apply(listen, transaction, ["complete", ended(false)]);
  apply(listen, transaction, ["abort", ended(true)]);
}

const asStore = (source) => {
  try {
    return storeOfIndex(source);
  } catch {
    return source;
  }
};

const storeCall = (op, via, place) => (call) => {
  let store;
  let transaction;
  let database;
  try {
    store = place(call.self);
    transaction = transactionOf(store);
    database = databaseName(databaseOf(transaction));
  } catch {
    if (call.error === undefined) lost++;
    return call.result; // called on something else
  }
  const name = storeName(store);
  const state = stateOf(transaction);
  const sort = via + " " + name;
  const alike = (state.counts[sort] ?? 0) + 1;
  if (call.error === undefined && alike > MOST_ALIKE) return call.result;
  state.counts[sort] = alike;
  const record = made(call, "indexedDB", op, via, database);
  record.store = name;
  if (call.error !== undefined || op === "access") tell(record);
  else whenCommitted(transaction, state, record, call.result);
  return call.result;
};
const itself = (store) => store;
const ofCursor = (cursor) => asStore(sourceOf(cursor));
wrap(objectStoreHome, "put", storeCall("store", "put", itself));
wrap(objectStoreHome, "add", storeCall("store", "add", itself));
wrap(objectStoreHome, "delete", storeCall("delete", "delete", itself));
wrap(objectStoreHome, "clear", storeCall("delete", "clear", itself));
wrap(cursorHome, "update", storeCall("store", "cursor.update", ofCursor));
wrap(cursorHome, "delete", storeCall("delete", "cursor.delete", ofCursor));
if (reads) {
  for (const key of ["get", "getAll", "getKey", "getAllKeys", "getAllRecords", "openCursor", "openKeyCursor", "count"]) {
    wrap(objectStoreHome, key, storeCall("access", key, itself));
    wrap(indexHome, key, storeCall("access", key, storeOfIndex));
  }
}

const schemaCall = (op, via) => (call) => {
  const store = textAt(call.args, 0);
  let name;
  try {
    name = databaseName(call.self);
  } catch {
    return call.result;
  }
  if (store === undefined) return call.result;
  const record = made(call, "indexedDB", op, via, name);
  record.store = store;
  record.error = call.error;
  tell(record);
  return call.result;
};
wrap(databaseHome, "createObjectStore", schemaCall("store", "createObjectStore"), 1);
wrap(databaseHome, "deleteObjectStore", schemaCall("delete", "deleteObjectStore"), 1);

const databaseCall = (op, via) => (call) => {
  const name = textAt(call.args, 0);
  if (name === undefined) return call.result;
  const record = made(call, "indexedDB", op, via, name);
  if (call.error !== undefined) {
    tell(record);
    return call.result;
  }
  const request = call.result;
  let changed = op === "delete";
  wait(record);
  apply(listen, request, ["upgradeneeded", () => { changed = true; }]);
  apply(listen, request, ["success", () => {
    // Opening what is there already stores nothing.
    if (!changed) record.op = "access";
    if (changed || reads) settle(record);
    else apply(setDelete, pending, [record]);
  }]);
  apply(listen, request, ["error", () => settle(record, errorOr(requestError(request), "Error"))]);
  return request;
};
wrap(factoryHome, "open", databaseCall("store", "open"), 1);
wrap(factoryHome, "deleteDatabase", databaseCall("delete", "deleteDatabase"), 1);
