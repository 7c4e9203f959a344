// Connect: where a widget finds this session, and its whole configuration, for every version of the API.

import { fetchAdmin } from './api.js';
import { copyBy } from './copy.js';
import { byId, el } from './elements.js';
import { choose, mark } from './groups.js';
import { addressOf, dataUrl } from './place.js';
import { popover } from './popover.js';

const EWT = {
  v1: '/genesys/1/service/ewt-for-vq',
  v2: '/genesys/2/ewt',
  v3: '/engagement/v3/estimated-wait-time',
};

/** @typedef {{ name: string, url: string, path: string[], settings: [name: string, value: string][] }} Configuration */

export class Connect {
  constructor() {
    this._version = 'v3';
    /** @type {keyof typeof EWT} */
    this._ewt = 'v3';
    this._service = '';
    byId('stand-in').textContent = addressOf('/callbackservice.js');
    choose(byId('version'), (value) => {
      this._version = value;
      this._show();
    });
    choose(byId('ewt-version'), (value) => {
      this._ewt = /** @type {keyof typeof EWT} */ (value);
      this._show();
    });
    mark(byId('version'), this._version);
    mark(byId('ewt-version'), this._ewt);
    popover('config-button');
    byId('first-copy').addEventListener('click', () => copyBy(byId('first-copy'), () => textOf(this._ofWidget())));
    byId('first-curl').addEventListener('click', () => copyBy(byId('first-curl'), () => this._curl()));
    if (location.protocol === 'https:') offerAuthority();
  }

  /** Show the addresses for a service.
   *
   * @param {string} service
   */
  show(service) {
    if (service === this._service) return;
    this._service = service;
    this._show();
  }

  _show() {
    const isEwt = this._version === 'ewt';
    const configuration = isEwt ? this._ofStatistics() : this._ofWidget();
    byId('data-url').textContent = configuration.url;
    byId('data-url').title = configuration.url;
    byId('config-service').textContent = this._service;
    byId('config-code').replaceChildren(...codeOf(configuration));
    byId('ewt-versions').hidden = !isEwt;
    byId('first-code').replaceChildren(...settingsOf(this._ofWidget(), ''));
  }

  /** @returns {Configuration} */
  _ofWidget() {
    const version = this._version === 'v1' ? 'v1' : 'v3';
    const url = dataUrl(version, this._service);
    /** @type {Configuration['settings']} */
    const settings = [['apiVersion', version], ['dataURL', url]];
    if (version === 'v3') settings.push(['serviceName', this._service]);
    return { name: 'callback', url, path: [], settings };
  }

  /** @returns {Configuration} */
  _ofStatistics() {
    const url = addressOf(EWT[this._ewt]);
    return { name: 'stats', url, path: ['ewt'], settings: [['apiVersion', this._ewt], ['dataURL', url]] };
  }

  _curl() {
    const service = encodeURIComponent(this._service);
    const url = addressOf('/engagement/v3/callbacks/create');
    return `curl ${url} -d serviceName=${service} -d phoneNumber=%2B14155550100`;
  }
}

/** The configuration as a script that can stand alone.
 *
 * @param {Configuration} configuration
 */
function codeOf({ name, path, settings, url }) {
  const indent = '  '.repeat(path.length + 1);
  const before = path.map((each, at) => [`${'  '.repeat(at + 1)}`, el('span', { class: 'k' }, each), ': {\n']).flat();
  const after = path.map((_, at) => `${'  '.repeat(path.length - at)}},\n`);
  return [
    'window._genesys = window._genesys || {};\n',
    'window._genesys.widgets = window._genesys.widgets || {};\n',
    `window._genesys.widgets.${name} = {\n`,
    ...before, ...settingsOf({ name, path, settings, url }, indent), ...after, '};\n',
  ];
}

/**
 * @param {Configuration} configuration
 * @param {string} indent
 */
function settingsOf({ settings }, indent) {
  return settings.flatMap(([name, value]) => (
    [indent, el('span', { class: 'k' }, name), ': ', el('span', { class: 's' }, quoted(value)), ',\n']));
}

/** @param {Configuration} configuration */
function textOf(configuration) {
  return codeOf(configuration).map((part) => (typeof part === 'string' ? part : part.textContent)).join('');
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Offer the certificate of the server's own authority, where it has one. */
async function offerAuthority() {
  byId('authority').hidden = !(await fetchAdmin('ca.pem', { method: 'HEAD' }).catch(() => null));
}
