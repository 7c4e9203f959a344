// The events of the session, read from the server. A connection that breaks is opened again.
// Not an EventSource, which cannot send the token.

import { fetchAdmin, isAbort, Refused } from './api.js';

const SOON = 500; // milliseconds from a lost connection to the next attempt
const LATEST = 5_000;

// A browser has six connections to a server, for all its tabs together, so a hidden tab keeps none.
let unseen = new AbortController();
document.addEventListener('visibilitychange', () => { if (document.hidden) unseen.abort(); });

/** @typedef {{ id?: string, name?: string, data: string }} ServerSentEvent */

/** Read the events while the page is open and visible.
 *
 * `on.event` is called with the name and the data of each event. `on.live` is called with true at each new connection,
 * and with false when a connection is lost or refused. The second argument is the reason of a refusal. Events may have
 * been missed between two connections.
 *
 * @param {object} on
 * @param {(name: string, data: any) => void} on.event
 * @param {(isLive: boolean, refusal: string | null) => void} on.live
 */
export async function follow(on) {
  let pause = SOON;
  /** @type {{ [header: string]: string }} */
  const since = {};
  for (;;) {
    let refusal = null;
    await untilVisible();
    try {
      const headers = { Accept: 'text/event-stream', ...since };
      const answer = await fetchAdmin('events?unmasked=true', { headers, signal: unseen.signal });
      on.live(true, null);
      pause = SOON;
      for await (const { id, name, data } of read(answer.body)) {
        if (id) since['Last-Event-ID'] = id;
        if (name) on.event(name, JSON.parse(data));
      }
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return; // until there is a token
      if (isAbort(error)) continue;
      if (error instanceof Refused && error.status) refusal = error.message;
    }
    on.live(false, refusal);
    await new Promise((resolve) => { setTimeout(resolve, pause); });
    pause = Math.min(pause * 2, LATEST);
  }
}

/** Wait until the page is visible. */
async function untilVisible() {
  while (document.hidden) {
    await new Promise((resolve) => { document.addEventListener('visibilitychange', resolve, { once: true }); });
  }
  if (unseen.signal.aborted) unseen = new AbortController();
}

/** The events of a stream, by the format of server-sent events.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>> | null} body
 */
async function* read(body) {
  let rest = '';
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks.map(parse);
  }
}

/**
 * @param {string} block
 * @returns {ServerSentEvent}
 */
function parse(block) {
  /** @type {ServerSentEvent} */
  const event = { data: '' };
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(\w*): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event.name = value;
    else if (field === 'id' || field === 'data') event[field] = value;
  }
  return event;
}
