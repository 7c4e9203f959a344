// Exchanges of the journal, and failed verifications, as lines of text. As mockgms/client/journal_text.py writes them.

const MAX_FIELDS = 160; // characters of the fields of one request
const FAILURE = 400; // lowest status whose body has a message

/**
 * Returns a text on one line, with invisible characters as escapes.
 *
 * @param {string} text
 */
export function visible(text) {
  return text.replace(/[^\P{C}]|[^\P{Z} ]/gu, escaped);
}

/** @param {string} character */
function escaped(character) {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  const code = character.codePointAt(0) ?? 0;
  const hex = (/** @type {number} */ digits) => code.toString(16).padStart(digits, '0');
  return short ?? (code < 0x100 ? `\\x${hex(2)}` : code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`);
}

/**
 * Returns one exchange of the journal as a line, and a line for each of its hints.
 *
 * @param {import('./api.js').Exchange} exchange
 */
export function renderExchange({ id, began, request, answer, rule, faults, hints }) {
  const path = request.path + (request.query ? `?${request.query}` : '');
  const line = `#${id}  ${began.slice(11, 23)}  ${request.method} ${path}`;
  const start = [line, fieldsOf(request)].filter(Boolean).join(' ');
  const cause = rule ? ` [${rule}: ${faults.join(', ')}]` : '';
  const lines = [`${start} -> ${renderAnswer(answer)}${cause}`, ...hints.map((hint) => `    hint: ${hint}`)];
  return lines.map(visible).join('\n');
}

/**
 * Returns a failed verification: its message, then each request that came close with its differences.
 *
 * @param {{ message: string, nearest: { request: number, differs: string[] }[] }} failure
 * @param {Map<number, import('./api.js').Exchange>} exchanges these requests, by number
 */
export function renderFailure({ message, nearest }, exchanges) {
  const near = nearest.flatMap(({ request, differs }) => {
    const exchange = exchanges.get(request);
    const line = exchange ? renderExchange(exchange) : `#${request}  dropped for newer ones`;
    return [`  ${line}`, ...differs.map((each) => visible(`      ${each}`))];
  });
  return [visible(message), ...(near.length > 0 ? ['The closest first:'] : []), ...near].join('\n');
}

/** @param {import('./api.js').Exchange['answer']} answer */
function renderAnswer(answer) {
  if (!answer) {
    return 'no answer';
  }
  return [answer.delivery ?? '', answer.status, messageOf(answer)].filter(Boolean).join(' ');
}

/**
 * Returns the message of a refusal, or an empty text if the body has none.
 *
 * @param {NonNullable<import('./api.js').Exchange['answer']>} answer
 */
function messageOf({ status, body }) {
  if (status < FAILURE) {
    return '';
  }
  try {
    const parsed = JSON.parse(/** @type {string} */ (body));
    return onOneLine(String(parsed.message || (parsed.status.message ?? '')));
  } catch { // a raw body of a rule
    return '';
  }
}

/**
 * Returns the fields of the body, shortened if they are long.
 *
 * @param {import('./api.js').Exchange['request']} request
 */
function fieldsOf({ fields }) {
  const text = Object.entries(fields ?? {}).map(([name, value]) => `${name}=${shown(value)}`).join(' ');
  const characters = [...text];
  return characters.length <= MAX_FIELDS ? text : `${characters.slice(0, MAX_FIELDS - 3).join('')}...`;
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === 'string' ? onOneLine(value) : spaced(value);
}

/**
 * Returns JSON on one line, with a space after commas and colons. Line breaks in texts are escapes.
 *
 * @param {unknown} value
 */
function spaced(value) {
  return JSON.stringify(value, null, 1).replace(/,\n */g, ', ').replace(/\n */g, '');
}

/** @param {string} text */
function onOneLine(text) {
  return text.split(/\s+/u).filter(Boolean).join(' ');
}
