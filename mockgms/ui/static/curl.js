// A request as a command for curl.

const LEFT_OUT = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'origin', 'referer', 'user-agent',
  'accept-language', 'dnt', 'pragma', 'cache-control', 'priority']);

/** The command that sends the request of a journal entry again, to this server and session.
 *
 * @param {Admin.Entry} entry
 * @param {string} root the URL of the session
 */
export function curlOf({ request }, root) {
  const { method, path, query, headers, body } = request;
  const words = ['curl -i'];
  if (method !== (body ? 'POST' : 'GET')) words.push(`-X ${/^\w+$/.test(method) ? method : quoted(method)}`);
  words.push(quoted(root + path + (query ? `?${query}` : '')));
  for (const [name, value] of Object.entries(headers)) {
    if (!LEFT_OUT.has(name) && !name.startsWith('sec-') && !(name === 'accept' && value === '*/*')) {
      words.push(`-H ${quoted(`${name}: ${value}`)}`);
    }
  }
  if (body) words.push(`--data-raw ${quoted(body)}`);
  return words.join(' \\\n  ');
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
