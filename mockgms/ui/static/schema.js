// The JSON Schema of scenario files, which the server sends once.

/** @type {Promise<any> | null} */
let schema = null;

export function fetchSchema() {
  schema ??= fetch(new URL('schema.json', import.meta.url)).then((answer) => answer.json());
  return schema;
}
