// The place: which session of which server this page shows.

const base = /^\/s\/[^/]+/.exec(location.pathname)?.[0] ?? '';

export const DEFAULT = 'default';

export const place = {
  base,
  session: base ? decodeURIComponent(base.slice('/s/'.length)) : DEFAULT,
};

/** The path of a page or an endpoint, in this session or another.
 *
 * @param {string} path
 * @param {string} [session]
 */
export function pathOf(path, session = place.session) {
  return session === DEFAULT ? path : `/s/${encodeURIComponent(session)}${path}`;
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
