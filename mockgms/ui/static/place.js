// The place: which session of which server this page shows.

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

/** What `dataURL` is to be in the configuration of a widget.
 *
 * @param {string} version v1 or v3
 * @param {string} service
 */
export function dataUrl(version, service) {
  const ofV1 = `/genesys/1/service/callback/${encodeURIComponent(service)}`;
  return `${location.origin}${pathOf(version === 'v1' ? ofV1 : '/engagement/v3/callbacks')}`;
}

const EWT = { v1: '/genesys/1/service/ewt-for-vq', v2: '/genesys/2/ewt', v3: '/engagement/v3/estimated-wait-time' };

/** The configuration with which the StatsService of a widget asks for the estimated wait.
 *
 * @param {'v1' | 'v2' | 'v3'} version
 */
export function statsConfiguration(version) {
  const url = `${location.origin}${pathOf(EWT[version])}`;
  return `window._genesys.widgets.stats = { ewt: { apiVersion: '${version}', dataURL: '${url}' } };`;
}
