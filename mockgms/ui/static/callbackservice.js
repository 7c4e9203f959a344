/*
 * CallbackService without the vendor's bundle: a stand-in for pages that cannot load Genesys Widgets 9.
 *
 * Set window._genesys.widgets.callback, include this script, and use window._genesys.widgets.bus (or CXBus). For the
 * same configuration and command it sends the same requests, and settles with the same values, as the shipped plugin.
 * Behaviour of the plugin that users do not expect is kept, with one warning on the console.
 *
 * Callback.open loads the form from callbackform.js, which is beside this script. docs/how-to/stand-in.md describes it
 * all.
 */
(() => {
  'use strict';

  if (window.CXBus) {
    console.warn('CallbackService stand-in: this page already has a CXBus, so the stand-in does nothing.');
    return;
  }

  const ownScript = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;

  // The warnings on the console, each at most once.

  /** @type {{ [name: string]: string }} */
  const WARNINGS = {
    unconfigured: 'there is no window._genesys.widgets.callback: set it before this script, or the service has no '
      + 'dataURL.',
    slash: 'dataURL ends with a slash, so requests go to "//create": remove the slash.',
    timeout: 'ajaxTimeout has no effect: no request is aborted.',
    camelV1: 'desiredTime is sent under this name, which the API does not read: this asks for an immediate callback. '
      + 'Write desiredtime, in lower case.',
    camelV3: 'desiredTime is sent inside userData, where the API does not read it: this asks for an immediate '
      + 'callback. Write desiredtime, in lower case.',
    userData: 'userData of the configuration is not sent in v3, only that of the command.',
    scheduleUnnamed: 'without serviceName the command is rejected, but a request is sent all the same: a POST to the '
      + 'address of this page.',
    availabilityUnnamed: 'without serviceName the command is rejected, but a request is sent all the same: a GET to '
      + '/availability without a name.',
    unescaped: 'serviceName is not escaped in the address of the availability query: one with / ? or # does not '
      + 'arrive.',
    version: 'apiVersion is neither v1 nor v3: the command ends in a TypeError and never settles.',
    before: 'an object that a before function returns is not used: it only lets the command continue. Change the '
      + 'options that the function is given.',
    plugin: 'only CallbackService, Callback and the plugins that this page registers are here.',
    jquery: 'this page has no jQuery (window.jQuery), so extensions get null as their first argument.',
    address: 'callbackform.js cannot be found, because this script has no address: include it with a src.',
  };
  /** @type {Set<string>} */
  const warned = new Set();

  /** @param {string} name */
  function warnOf(name) {
    warnOnce(WARNINGS[name]);
  }

  /** @param {string} text */
  function warnOnce(text) {
    if (warned.has(text)) return;
    warned.add(text);
    console.warn(`CallbackService stand-in: ${text}`);
  }

  // Deferred values. As in jQuery, handlers run when the value is there, one after the other, and in the order added.

  /** @returns {CallbackService.Deferred} */
  function defer() {
    /** @type {CallbackService.State} */
    let state = 'pending';
    /** @type {any} */
    let value;
    /** @type {{ [outcome in CallbackService.Outcome]: CallbackService.Handler[] }} */
    const waiting = { resolved: [], rejected: [] };

    /**
     * @param {CallbackService.Outcome} wanted
     * @param {CallbackService.Handlers} handlers
     */
    function add(wanted, handlers) {
      for (const handler of handlers.flat()) {
        if (!handler) continue;
        if (state === wanted) handler(value);
        else waiting[wanted].push(handler);
      }
      return promise;
    }

    /**
     * @param {CallbackService.Outcome} outcome
     * @param {any} settled
     */
    function settle(outcome, settled) {
      if (state !== 'pending') return;
      state = outcome;
      value = settled;
      for (const handler of waiting[outcome]) handler(value);
    }

    /** @type {CallbackService.Promised} */
    const promise = {
      done: (...handlers) => add('resolved', handlers),
      fail: (...handlers) => add('rejected', handlers),
      always: (...handlers) => promise.done(...handlers).fail(...handlers),
      then: (onDone, onFail) => new Promise((resolve, reject) => {
        promise.done(resolve).fail(reject);
      }).then(onDone, onFail),
      catch: (onFail) => promise.then(undefined, onFail),
      state: () => state,
    };
    return {
      resolve: (settled) => settle('resolved', settled),
      reject: (settled) => settle('rejected', settled),
      promise: () => promise,
    };
  }

  // The bus. Commands and subscribers run later, never within the call.

  /**
   * @typedef {object} Registered
   * @property {Map<string, CallbackService.Run>} commands
   * @property {Set<string>} events those that the plugin has named itself
   * @property {boolean} ready
   * @property {(() => void)[]} waiting
   */
  /**
   * @typedef {object} Topic
   * @property {CallbackService.Subscriber[]} subscribers
   * @property {{ publisher: string, data: any } | null} published for later subscribers
   */

  /** @type {Map<string, Registered>} */
  const plugins = new Map(); // by name
  /** @type {Map<string, Topic>} */
  const events = new Map(); // by "Plugin.event"
  /** @type {Map<string, CallbackService.Before[]>} */
  const befores = new Map(); // by "Plugin.command"
  /** @param {() => void} run */
  const later = (run) => { setTimeout(run, 0); };
  /**
   * @param {unknown} value
   * @returns {value is object}
   */
  const isObject = (value) => typeof value === 'object' && value !== null;
  /** @param {object | undefined} value */
  const isEmpty = (value) => !value || Object.keys(value).length === 0;

  /** @param {string} name */
  function topicOf(name) {
    const known = events.get(name);
    if (known) return known;
    /** @type {Topic} */
    const made = { subscribers: [], published: null };
    events.set(name, made);
    return made;
  }

  /**
   * @param {CallbackService.Subscriber} callback
   * @param {string} publisher
   * @param {string} event
   * @param {any} data
   */
  function notify(callback, publisher, event, data) {
    later(() => callback({ time: Date.now(), publisher, event, data: data || {} }));
  }

  /**
   * @param {string} publisher
   * @param {string} name
   * @param {any} data
   * @param {{ again: boolean }} options `again`: also notify later subscribers
   */
  function publish(publisher, name, data, { again }) {
    const event = `${publisher}.${name}`;
    const topic = topicOf(event);
    if (again) topic.published = { publisher, data };
    for (const callback of topic.subscribers) notify(callback, publisher, event, data);
    return true;
  }

  /**
   * @param {string} event
   * @param {CallbackService.Subscriber} [callback]
   */
  function subscribe(event, callback) {
    if (!callback) return false;
    const { subscribers, published } = topicOf(event);
    subscribers.push(callback);
    if (published) notify(callback, published.publisher, event, published.data);
    return event;
  }

  /** Call the `before` functions of a command, and return whether it continues.
   *
   * @param {string} name of the command
   * @param {object} options
   */
  function runBefores(name, options) {
    /** @type {unknown} */
    let current = options;
    for (const before of befores.get(name) || []) {
      if (isObject(current)) current = before(current);
    }
    if (isObject(current) && current !== options) warnOf('before');
    return isObject(current);
  }

  /**
   * @param {string} commander
   * @param {string} name
   * @param {object} [options]
   */
  function command(commander, name, options) {
    const full = name.includes('.') ? name : `${commander}.${name}`;
    const [owner, own] = full.split('.');
    const data = options || {};
    const deferred = defer();
    /** @param {string} why */
    const refuse = (why) => later(() => deferred.reject(why));
    /** @param {Registered} plugin */
    function give(plugin) {
      const run = plugin.commands.get(own);
      if (!run) {
        refuse('Command does not exist');
        return;
      }
      const begin = () => later(() => run({ time: Date.now(), commander, command: full, deferred, data }));
      if (plugin.ready || owner === commander) begin();
      else plugin.waiting.push(begin);
    }

    if (runBefores(full, data)) withPlugin(owner, give, () => refuse(NOT_LOADED));
    else refuse("Command was cancelled by a 'before' function.");
    return deferred.promise();
  }

  /** @param {Registered} plugin */
  function ready(plugin) {
    plugin.ready = true;
    plugin.waiting.splice(0).forEach((run) => run());
  }

  /**
   * @param {string} name
   * @returns {CallbackService.Plugin | false} false when the name is taken
   */
  function registerPlugin(name) {
    if (typeof name !== 'string' || plugins.has(name)) return false;
    /** @type {Registered} */
    const plugin = { commands: new Map(), events: new Set(), ready: false, waiting: [] };
    plugins.set(name, plugin);
    return {
      command: (called, options) => command(name, called, options),
      subscribe: (event, callback) => subscribe(event, callback),
      publish: (event, data) => publish(name, event, data, { again: false }),
      republish: (event, data) => publish(name, event, data, { again: true }),
      before: (called, change) => Boolean(befores.set(called, [...(befores.get(called) || []), change])),
      registerCommand: (called, run) => Boolean(plugin.commands.set(called, run)),
      registerEvents: (named) => named.every((event) => plugin.events.add(event)),
      registry,
      ready: () => ready(plugin),
      namespace: () => name,
    };
  }

  /** Return the commands and the named events of every plugin. */
  function registry() {
    return Object.fromEntries([...plugins].map(([name, { commands, events: named }]) => [
      name, { commands: [...commands.keys()], events: [...named] },
    ]));
  }

  // Loading of scripts, and of plugins that are separate scripts beside this one.

  const NOT_LOADED = 'Could not load plugin file in given location. Check your plugins path option.';
  /** @type {{ [plugin: string]: string }} */
  const FILES = { Callback: 'callbackform.js' };
  /** @type {Map<string, CallbackService.Promised>} */
  const loading = new Map(); // by address

  /** Load a script, unless that was done before. A failed attempt can be repeated.
   *
   * @param {string} address
   */
  function loadFile(address) {
    const known = loading.get(address);
    if (known) return known;
    const deferred = defer();
    const script = document.createElement('script');
    script.src = address;
    if (ownScript) script.nonce = ownScript.nonce; // for a page whose policy admits scripts by a nonce
    script.onload = () => deferred.resolve();
    script.onerror = () => {
      loading.delete(address);
      script.remove();
      deferred.reject(`${address} could not be loaded.`);
    };
    loading.set(address, deferred.promise());
    document.head.append(script);
    return deferred.promise();
  }

  /** Call `use` with a plugin, which is loaded first if it is a separate script; or else `fail`.
   *
   * @param {string} name
   * @param {(plugin: Registered) => void} use
   * @param {() => void} fail
   */
  function withPlugin(name, use, fail) {
    const plugin = plugins.get(name);
    const file = Object.hasOwn(FILES, name) ? FILES[name] : '';
    if (plugin) {
      use(plugin);
    } else if (!file) {
      warnOf('plugin');
      fail();
    } else if (!ownScript?.src) {
      warnOf('address');
      fail();
    } else {
      loadFile(new URL(file, ownScript.src).href).done(() => {
        const loaded = plugins.get(name);
        if (loaded) use(loaded);
        else fail();
      }).fail(fail);
    }
  }

  /** Load a plugin by the name of its file (`widgets-core`, `cx-callback-service`) or by its name on the bus.
   *
   * @param {string} name
   */
  function loadPlugin(name) {
    const deferred = defer();
    /** @param {string} text */
    const plain = (text) => text.toLowerCase().replace(/^cx-/, '').replaceAll('-', '');
    const wanted = plain(String(name));
    const found = [...plugins.keys(), ...Object.keys(FILES)].find((known) => plain(known) === wanted);
    const resolve = () => later(() => deferred.resolve());
    if (wanted === 'widgetscore') {
      whenParsed(() => {
        start();
        resolve();
      });
    } else if (found) {
      withPlugin(found, resolve, () => deferred.reject(NOT_LOADED));
    } else {
      later(() => deferred.reject(`The stand-in has no plugin "${name}". It has widgets-core, CallbackService, `
        + 'Callback and the plugins that this page registers.'));
    }
    return deferred.promise();
  }

  // What the core of the bundle does when the page is there: it configures, runs extensions and calls onReady.

  let isHeld = false; // a page with the loader snippet says when to start, by loading widgets-core
  /** @type {object | undefined} */
  let configured; // the configuration that is in force
  /** @type {Set<Function>} */
  const callsMade = new Set();

  /** @param {() => void} run */
  function whenParsed(run) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run);
    else later(run);
  }

  /** Call a function of the page, at most once. An error in it is reported, and stops nothing else.
   *
   * @param {string} what
   * @param {unknown} call
   * @param {unknown[]} values
   */
  function callOnce(what, call, ...values) {
    if (typeof call !== 'function' || callsMade.has(call)) return;
    callsMade.add(call);
    try {
      call(...values);
    } catch (error) {
      console.error(`CallbackService stand-in: ${what} failed:`, error);
    }
  }

  /** Call `onReady`: a function, or a list of functions, to which the page can still add some.
   *
   * @param {unknown} onReady
   */
  function callReady(onReady) {
    for (const call of Array.isArray(onReady) ? onReady : [onReady]) callOnce('onReady', call, window.CXBus);
    if (!Array.isArray(onReady)) return;
    onReady.push = (...calls) => {
      calls.forEach((call) => callOnce('onReady', call, window.CXBus));
      return Array.prototype.push.apply(onReady, calls);
    };
  }

  /** Return the configuration of the page, with the bus. A page may replace it before it loads widgets-core. */
  function pageWidgets() {
    window._genesys = window._genesys || {};
    window._genesys.widgets = window._genesys.widgets || {};
    window._genesys.widgets.bus = window.CXBus;
    return window._genesys.widgets;
  }

  /** @param {CallbackService.Settings} [given] */
  function configureOnce(given) {
    if (configured && given === configured) return;
    configured = given;
    service.command('configure', given);
  }

  /** Start the page, or what it has added since it was started. */
  function start() {
    const widgets = pageWidgets();
    configureOnce(widgets.callback);
    const extensions = Object.entries(widgets.extensions || {});
    if (extensions.length > 0 && !window.jQuery) warnOf('jquery');
    for (const [name, extension] of extensions) {
      callOnce(`the extension "${name}"`, extension, window.jQuery || null, window.CXBus, common);
    }
    app.republish('ready');
    publish('Callback', 'ready', {}, { again: true });
    callReady(window._genesys?.onReady);
    callReady(widgets.onReady);
  }

  // Common: helpers that the bundle gives to extensions.

  /** @type {{ [name: string]: string }} */
  const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  /** @type {CallbackService.Fields} */
  const HELPERS = {
    log: (/** @type {unknown[]} */ ...values) => console.log(...values),
    debug: (/** @type {unknown[]} */ ...values) => console.debug(...values),
    error: (/** @type {unknown[]} */ ...values) => console.error(...values),
    checkPath,
    createPath,
    sanitizeHTML,
    linkify,
  };
  /** What is missing is reported on the console, once for each name. */
  const common = new Proxy(HELPERS, {
    get: (helpers, name) => {
      if (typeof name === 'string' && !(name in helpers)) {
        warnOnce(`Common.${name} is missing: it is undefined. Common has ${Object.keys(HELPERS).join(', ')}.`);
      }
      return Reflect.get(helpers, name);
    },
  });

  /** Return the value at a path such as `a.b.c` of an object, or `otherwise` for a missing path.
   *
   * @param {any} object
   * @param {string} path
   * @param {unknown} [otherwise]
   */
  function checkPath(object, path, otherwise) {
    let value = object;
    for (const name of String(path).split('.')) value = value == null ? undefined : value[name];
    return value === undefined ? otherwise : value;
  }

  /** Set the value at a path of an object, with all objects on the way, and return the object.
   *
   * @param {any} object
   * @param {string} path
   * @param {unknown} [value]
   */
  function createPath(object, path, value) {
    const names = String(path).split('.');
    const last = /** @type {string} */ (names.pop());
    let place = object;
    /** @param {string} name */
    const has = (name) => Object.hasOwn(place, name) && isObject(place[name]); // `__proto__` is shared by all
    for (const name of names) {
      if (!has(name)) place[name] = {};
      place = place[name];
    }
    if (value !== undefined) place[last] = value;
    else if (!has(last)) place[last] = {};
    return object;
  }

  /** @param {unknown} text */
  function sanitizeHTML(text) {
    return String(text).replace(/[&<>"']/g, (char) => ESCAPES[char]);
  }

  /** Return a text as HTML in which its web addresses are links.
   *
   * @param {unknown} text
   */
  function linkify(text) {
    return sanitizeHTML(text).replace(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}" target="_blank">${url}</a>`);
  }

  // Requests, as jQuery makes them.

  /** @param {any} text */
  function encode(text) {
    return encodeURIComponent(text).replace(/%20/g, '+');
  }

  /** @param {unknown} value */
  function isPlain(value) {
    return Object.prototype.toString.call(value) === '[object Object]';
  }

  /** A form: {a: {b: 1}, c: [2]} is a[b]=1&c[]=2. Null is sent as an empty value; an empty object or list is not sent.
   *
   * @param {CallbackService.Fields} fields
   */
  function form(fields) {
    /** @type {[name: string, value: any][]} */
    const pairs = [];

    /**
     * @param {string} name
     * @param {any} value
     */
    function add(name, value) {
      if (Array.isArray(value)) {
        value.forEach((item, index) => {
          if (name.endsWith('[]')) pairs.push([name, item]);
          else add(`${name}[${isObject(item) ? index : ''}]`, item);
        });
      } else if (isPlain(value)) {
        Object.keys(value).forEach((key) => add(`${name}[${key}]`, value[key]));
      } else {
        pairs.push([name, typeof value === 'function' ? value() : value]);
      }
    }

    Object.keys(fields).forEach((key) => add(key, fields[key]));
    return pairs.map(([name, value]) => `${encode(name)}=${encode(value == null ? '' : value)}`).join('&');
  }

  /**
   * @param {string} url
   * @param {[name: string, value: any][]} pairs
   */
  function withQuery(url, pairs) {
    const [address, ...fragment] = url.split('#');
    /** @param {any} text */
    const escaped = (text) => encode(text)
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
    const query = pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
    const joint = address.includes('?') ? '&' : '?';
    return [query ? address + joint + query : address, ...fragment].join('#');
  }

  /** The answer as a page knows it from jQuery, and the value of a success.
   *
   * @param {XMLHttpRequest} xhr
   * @param {boolean} forcedJson
   * @returns {{ answer: CallbackService.Fields, value?: any }} without `value` when the answer cannot be read
   */
  function answered(xhr, forcedJson) {
    const isJson = forcedJson || /\bjson\b/.test(xhr.getResponseHeader('Content-Type') || '');
    const succeeded = xhr.status >= 200 && xhr.status < 300;
    /** @type {CallbackService.Fields} */
    const answer = {
      readyState: xhr.status > 0 ? 4 : 0,
      status: xhr.status,
      statusText: xhr.statusText || (succeeded ? 'success' : 'error'),
      getResponseHeader: (/** @type {string} */ name) => xhr.getResponseHeader(name),
      getAllResponseHeaders: () => xhr.getAllResponseHeaders(),
    };
    if (xhr.status === 0) return { answer };
    answer.responseText = xhr.responseText;
    let value = xhr.responseText;
    if (isJson) {
      try {
        value = JSON.parse(value);
        answer.responseJSON = value;
      } catch {
        return xhr.status === 204 ? { answer, value: undefined } : { answer };
      }
    }
    return succeeded ? { answer, value } : { answer };
  }

  /**
   * @param {object} request
   * @param {string} request.method
   * @param {string} request.url
   * @param {{ [name: string]: string }} request.headers
   * @param {string} [request.body]
   * @param {boolean} [request.json] whether the answer is read as JSON, whatever its content type is
   */
  function send({ method, url, headers, body, json = false }) {
    const deferred = defer();
    const xhr = new XMLHttpRequest();
    xhr.onloadend = () => {
      const outcome = answered(xhr, json);
      if ('value' in outcome) deferred.resolve(outcome.value || {});
      else deferred.reject(outcome.answer);
    };
    try {
      xhr.open(method, url || window.location.href);
      Object.keys(headers).forEach((name) => xhr.setRequestHeader(name, headers[name]));
      xhr.send(body || null);
    } catch (error) { // an address or a key that no request can have
      deferred.reject({ readyState: 0, status: 0, statusText: String(error) });
    }
    return deferred.promise();
  }

  // The plugin.

  const NO_SERVICE = 'Invalid configuration. serviceName should be configured.';
  /** @typedef {{ [version: string]: string }} Names of the same thing, by version */
  /** @type {Names} */
  const KEY_HEADERS = { v1: 'apikey', v3: 'x-api-key' };
  /** @type {Names} */
  const NUMBERS_OF_DAYS = { v1: 'number-of-days', v3: 'numberOfDays' };
  /** @type {Names} */
  const MOST_SLOTS = { v1: 'max-time-slots', v3: 'maxTimeSlots' };
  /** @type {[field: string, options: string[]][]} */
  const FIELDS_OF_V1 = [ // each from the first of these options that has a value
    ['_customer_number', ['phonenumber']],
    ['subject', ['subject']],
    ['email', ['email']],
    ['_desired_time', ['desiredtime']],
    ['_wait_for_agent', ['waitforagent', 'waitForAgent']],
    ['_wait_for_user_confirm', ['waitforuserconfirm', 'waitForUserConfirm']],
    ['_media_type', ['mediatype', 'mediaType']],
    ['_callback_state', ['callbackstate', 'callbackState']],
    ['_urs_virtual_queue', ['ursvirtualqueue', 'ursVirtualQueue']],
  ];

  const service = /** @type {CallbackService.Plugin} */ (registerPlugin('CallbackService')); // the first of this name
  /** @type {{ [name: string]: string }} */
  const settings = { dataURL: '', apikey: '', apiVersion: 'v1', serviceName: '', callDirection: '', timezone: '' };
  /** @type {CallbackService.Fields} */
  const userData = {};
  const isV3 = () => settings.apiVersion === 'v3';

  /** @param {Names} names */
  function ofVersion(names) {
    if (!(settings.apiVersion in names)) {
      warnOf('version');
      throw new TypeError(`apiVersion ${settings.apiVersion} has no name for this`);
    }
    return names[settings.apiVersion];
  }

  /** @param {{ [name: string]: string }} headers */
  function withKey(headers) {
    return settings.apikey ? { ...headers, [ofVersion(KEY_HEADERS)]: settings.apikey } : headers;
  }

  /** The properties of all objects; later ones win, and undefined is no value.
   *
   * @param {CallbackService.Fields[]} objects
   */
  function merged(...objects) {
    /** @type {CallbackService.Fields} */
    const result = {};
    for (const object of objects) {
      for (const key of Object.keys(object)) if (object[key] !== undefined) result[key] = object[key];
    }
    return result;
  }

  /** @param {CallbackService.Command} command */
  function configure({ data, deferred }) {
    if (isEmpty(data)) {
      warnOf('unconfigured');
      deferred.reject({ error: 'Invalid configuration' });
      return;
    }
    for (const name of ['dataURL', 'callDirection', 'apiVersion', 'serviceName', 'timezone']) {
      if (typeof data[name] === 'string') settings[name] = data[name];
    }
    settings.apiVersion = settings.apiVersion.toLowerCase();
    if (['string', 'number'].includes(typeof data.apikey)) settings.apikey = data.apikey;
    if (isObject(data.userData)) Object.assign(userData, merged(data.userData));
    if (typeof data.ajaxTimeout === 'number') warnOf('timeout');
    if (settings.dataURL.endsWith('/')) warnOf('slash');
    deferred.resolve();
  }

  /** @param {CallbackService.Fields} data */
  function fieldsOfV1(data) {
    if (data.desiredTime && !data.desiredtime) warnOf('camelV1');
    /** @type {CallbackService.Fields} */
    const fields = { _call_direction: data.calldirection || settings.callDirection || '' };
    for (const [field, options] of FIELDS_OF_V1) {
      const option = options.find((name) => data[name]);
      if (option) fields[field] = data[option];
    }
    return merged(fields, userData, data.userData || {}, data);
  }

  /**
   * @param {CallbackService.Fields} data
   * @param {string} name
   */
  function fieldsOfV3(data, name) {
    if (data.desiredTime && !data.desiredtime && !data._desired_time) warnOf('camelV3');
    if (!isEmpty(userData)) warnOf('userData');
    /** @type {CallbackService.Fields} */
    const fields = { userData: {}, serviceName: name };
    for (const key of Object.keys(data)) {
      if (key === '_customer_number' || key === 'phonenumber') {
        fields.phoneNumber = data._customer_number || data.phonenumber;
      } else if (key === '_desired_time' || key === 'desiredtime') {
        fields.desiredTime = data._desired_time || data.desiredtime;
      } else {
        fields.userData[key] = data[key];
      }
    }
    return merged(fields);
  }

  /** @param {CallbackService.Command} command */
  function schedule({ data, deferred }) {
    if (isEmpty(data)) {
      deferred.reject('No data found to schedule callback');
      return;
    }
    const name = data.serviceName || settings.serviceName;
    let url = '';
    let fields = {};
    if (!isV3()) {
      url = settings.dataURL;
      fields = fieldsOfV1(data);
    } else if (name) {
      url = `${settings.dataURL}/create`;
      fields = fieldsOfV3(data, name);
    } else {
      warnOf('scheduleUnnamed');
      deferred.reject(NO_SERVICE);
    }
    const headers = withKey({ Accept: '*/*', 'Content-Type': 'application/x-www-form-urlencoded' });
    send({ method: 'POST', url, headers, body: form(fields) }).done((body) => {
      service.publish('scheduled', body);
      deferred.resolve(body);
    }).fail((answer) => {
      service.publish('scheduleError', answer);
      deferred.reject(answer);
    });
  }

  /**
   * @param {CallbackService.Fields} data
   * @param {CallbackService.Deferred} deferred
   */
  function availabilityUrl(data, deferred) {
    const name = data.serviceName || settings.serviceName;
    let url = `${settings.dataURL}/availability`;
    if (isV3() && name) {
      if (/[/?#]/.test(name)) warnOf('unescaped');
      url += `/${name}`;
    } else if (isV3()) {
      warnOf('availabilityUnnamed');
      deferred.reject(NO_SERVICE);
    }
    /** @type {[name: string, value: any][]} */
    const pairs = [];
    if (data.startDate) pairs.push(['start', data.startDate]);
    if (data.numberOfDays) pairs.push([ofVersion(NUMBERS_OF_DAYS), data.numberOfDays]);
    if (data.endDate) pairs.push(['end', data.endDate]);
    if (data.maxTimeSlots) pairs.push([ofVersion(MOST_SLOTS), data.maxTimeSlots]);
    return withQuery(url, pairs);
  }

  /** @param {{ localTime: string, utcTime: string, capacity: number }[]} slots */
  function seatsByTime(slots) {
    /** @type {{ [time: string]: number }} */
    const seats = {};
    slots.forEach((slot) => { seats[settings.timezone ? slot.localTime : slot.utcTime] = slot.capacity; });
    return seats;
  }

  /** @param {CallbackService.Command} command */
  function availability({ data, deferred }) {
    if (isEmpty(data)) {
      deferred.reject('No query parameters passed for callback availability service');
      return;
    }
    /** @param {any} answer */
    const fail = (answer) => {
      service.publish('availabilityError', answer);
      deferred.reject(answer);
    };
    const url = availabilityUrl(data, deferred);
    const accept = { Accept: 'application/json, text/javascript, */*; q=0.01' };
    const headers = withKey(isV3() ? { ...accept, 'Content-Type': 'application/json' } : accept);
    send({ method: 'GET', url, headers, json: true }).done((body) => {
      if (isV3() && !(body.data && body.data.slots)) {
        fail(body);
        return;
      }
      service.publish('availableSlots', isV3() ? { response: body, slots: seatsByTime(body.data.slots) } : body);
      deferred.resolve(body);
    }).fail(fail);
  }

  service.registerCommand('configure', configure);
  service.registerCommand('schedule', schedule);
  service.registerCommand('availability', availability);

  const app = /** @type {CallbackService.Plugin} */ (registerPlugin('App'));
  app.ready();
  const bus = /** @type {CallbackService.Plugin} */ (registerPlugin('CXBus'));
  window.CXBus = Object.assign(bus, {
    registerPlugin,
    loadPlugin,
    loadFile,
    configure: () => {
      isHeld = true;
      return true;
    },
  });

  const present = pageWidgets().callback;
  if (present) configureOnce(present);
  service.ready();
  service.republish('ready');
  whenParsed(() => { if (!isHeld) start(); });
})();
