// The place: which session of which server this page shows. All addresses follow from that of this file.

const root = new URL('..', import.meta.url).pathname;
const [, prefix, encoded] = /^(.*?)(?:\/s\/([^/]+))?\/$/.exec(root) ?? [];

export const DEFAULT = 'default';

export const place = {
  /** The path of the session, without a slash at its end. */
  base: root.slice(0, -1),
  session: encoded ? decodeURIComponent(encoded) : DEFAULT,
};

/** The path of a page or an endpoint, in this session or another.
 *
 * @param {string} path such as /playground
 * @param {string} [session]
 */
export function pathOf(path, session = place.session) {
  return `${prefix}${session === DEFAULT ? '' : `/s/${encodeURIComponent(session)}`}${path}`;
}

/** The path of this page in another session.
 *
 * @param {string} session
 */
export function herePathOf(session) {
  return pathOf(location.pathname.slice(place.base.length) || '/', session);
}

/** The address of an endpoint of this session, as a widget needs it.
 *
 * @param {string} path
 */
export function addressOf(path) {
  return `${location.origin}${pathOf(path)}`;
}

/** What `dataURL` is to be in the configuration of a widget.
 *
 * @param {string} version v1 or v3
 * @param {string} service
 */
export function dataUrl(version, service) {
  const ofV1 = `/genesys/1/service/callback/${encodeURIComponent(service)}`;
  return addressOf(version === 'v1' ? ofV1 : '/engagement/v3/callbacks');
}
