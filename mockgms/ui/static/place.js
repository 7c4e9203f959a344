// The place: which session of which server this page shows. All addresses follow from that of this file.

export const DEFAULT = 'default';

// The folder of the page, as a proxy may show it behind a path prefix: /, /s/NAME/, /prefix/ or /prefix/s/NAME/.
const folder = new URL('..', import.meta.url).pathname;
const [, root = folder, id = ''] = /^(.*\/)s\/([^/]+)\/$/.exec(folder) ?? [];
const session = id ? decodeURIComponent(id) : DEFAULT;

export const place = { base: basePath(session), session };

/** @param {string} name of a session */
function basePath(name) {
  return root.slice(0, -1) + (name === DEFAULT ? '' : `/s/${encodeURIComponent(name)}`);
}

/** The path of a page or an endpoint, in this session or another.
 *
 * @param {string} path
 * @param {string} [name] of the session
 */
export function pathOf(path, name = place.session) {
  return basePath(name) + path;
}

/** The path of this page in another session.
 *
 * @param {string} name of the session
 */
export function herePathOf(name) {
  return pathOf(location.pathname.slice(folder.length - 1), name);
}

/** The address of an endpoint of this session, as a widget needs it.
 *
 * @param {string} path
 */
export function addressOf(path) {
  return `${location.origin}${pathOf(path)}`;
}

/** The `dataURL` for the configuration of a widget.
 *
 * @param {string} version v1 or v3
 * @param {string} service
 */
export function dataUrl(version, service) {
  const ofV1 = `/genesys/1/service/callback/${encodeURIComponent(service)}`;
  return addressOf(version === 'v1' ? ofV1 : '/engagement/v3/callbacks');
}
