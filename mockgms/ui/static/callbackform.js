/*
 * The form that Callback.open shows, on top of the stand-in callbackservice.js, which loads this script when needed.
 *
 * It books with CallbackService.schedule and offers the times of CallbackService.availability. It lives in a shadow
 * tree, so that it and the page do not change each other's looks.
 */
(() => {
  'use strict';

  const registered = window.CXBus?.registerPlugin('Callback');
  if (!registered) {
    console.warn('CallbackService stand-in: callbackform.js needs callbackservice.js before it, and is loaded once.');
    return;
  }
  const plugin = registered;

  const DAYS = 5; // as the calendar of the widget shows by default
  const MOST_DAYS = 30;
  const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

  // Settings: those of the page, and what Callback.configure has changed.

  /** @type {CallbackService.Settings} */
  const changes = {};
  const widgets = () => window._genesys?.widgets ?? {};

  function settings() {
    return { ...widgets().callback, ...changes };
  }

  function daysAtOnce() {
    const days = Number(widgets().calendar?.numberOfDays);
    return days >= 1 ? Math.min(days, MOST_DAYS) : DAYS;
  }

  // Words.

  const isTwelveHours = () => Number(widgets().calendar?.timeFormat) === 12;

  /**
   * @param {string | Date} instant
   * @param {Intl.DateTimeFormatOptions} options
   */
  function format(instant, options) {
    return new Intl.DateTimeFormat('en-GB', { ...options, hour12: isTwelveHours() }).format(new Date(instant));
  }

  /** @param {string} instant */
  const timeOf = (instant) => format(instant, { hour: '2-digit', minute: '2-digit' });
  /** @param {string} instant */
  const dayOf = (instant) => format(instant, { weekday: 'short', day: 'numeric', month: 'short' });
  /** @param {string} instant */
  const longDayOf = (instant) => format(instant, { weekday: 'long', day: 'numeric', month: 'long' });
  /** A time in words. What is not a time stays as it is. @param {string} instant */
  const inWords = (instant) => (
    Number.isNaN(Date.parse(instant)) ? instant : `${longDayOf(instant)} at ${timeOf(instant)}`);
  const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

  /**
   * @param {number} number
   * @param {string} noun
   */
  const counted = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

  /** Return a number of seconds in words: `90` is `1 minute 30 seconds`.
   *
   * @param {number} seconds
   */
  function durationInWords(seconds) {
    const parts = [
      [Math.floor(seconds / 3600), 'hour'], [Math.floor(seconds / 60) % 60, 'minute'], [seconds % 60, 'second'],
    ];
    const counts = parts.filter(([number]) => number).map(([number, noun]) => counted(Number(number), String(noun)));
    return counts.join(' ') || 'a moment';
  }

  /** Return when to try again, by the header Retry-After: a number of seconds, or a date.
   *
   * @param {CallbackService.FailedAnswer} answer
   */
  function whenToRetry(answer) {
    const wait = answer.getResponseHeader?.('Retry-After') ?? '';
    if (/^\d+$/.test(wait)) return `Try again in ${durationInWords(Number(wait))}.`;
    return Number.isNaN(Date.parse(wait)) ? 'Try again later.' : `Try again after ${inWords(wait)}.`;
  }

  /** @param {any} body */
  function reasonOf(body) {
    const status = body?.status ?? body ?? {};
    const message = typeof status.message === 'string' ? status.message : '';
    const text = message.replace(/\s*Proposing time slots\..*$/s, '').replace(ISO_TIME, inWords).trim();
    return { code: Number(status.code), text };
  }

  /** @typedef {{ text: string, isNumber?: boolean, proposed?: [string, number][] }} Failure */

  /** @type {{ [code: number]: Failure }} */
  const KNOWN = {
    503: { text: 'The API key of this page is wrong.' },
    1103: { text: 'The API key of this page is missing.' },
    7030: {
      text: 'This is not a phone number. Write it with its area code, such as +1 415 555 0100.', isNumber: true,
    },
    7036: { text: 'A callback to this number is not possible. Write another number.', isNumber: true },
    7037: { text: 'A callback to this number is not allowed. Write another number.', isNumber: true },
    7040: { text: 'The server does not know the service of this page.' },
  };

  /** Return what went wrong, in words.
   *
   * @param {any} answer what a command was rejected with
   * @param {string} unknown what is not known if no answer came
   * @returns {Failure}
   */
  function failureOf(answer, unknown) {
    if (typeof answer === 'string') return { text: `This page is not set up for callbacks: ${answer}` };
    const { status } = answer;
    if (status === undefined) return { text: 'The answer of the server has no times.' };
    if (status === 0) return { text: `No answer came from the server. ${unknown}` };
    if (status < 300) return { text: `The answer of the server cannot be read. ${unknown}` };
    if (status >= 500) return { text: `The server has failed (${status}). ${whenToRetry(answer)}` };
    return refusalOf(answer, reasonOf(answer.responseJSON));
  }

  /**
   * @param {CallbackService.FailedAnswer} answer
   * @param {{ code: number, text: string }} reason
   * @returns {Failure}
   */
  function refusalOf(answer, { code, text }) {
    if (KNOWN[code]) return KNOWN[code];
    const proposed = proposedBy(answer.responseJSON);
    const isTaken = code === 7041 && (proposed.length > 0 || answer.status === 400);
    if (isTaken) return { text: 'This time is not free any more. Choose another.', proposed };
    const reason = sentence(text || answer.statusText || `status ${answer.status}`);
    if (answer.status === 429) {
      const when = whenToRetry(answer);
      return { text: `${/\d/.test(when) ? 'Too many requests at this time.' : reason} ${when}` };
    }
    if (code === 7042) return { text: `${reason} Choose another time.`, proposed };
    return { text: `The server refused the request: ${reason}` };
  }

  /** Return true for an answer that is not JSON, such as the page of a proxy. It settles as done too: with its text, or
   * with an empty object if it has none.
   *
   * @param {any} body
   */
  const isPage = (body) => typeof body === 'string'
    || (!settings().servicePlugin && Object.keys(body).length === 0);

  /** @param {string} text */
  const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

  /** Return the times that a refusal proposes, with their seats, in order.
   *
   * @param {any} body
   * @returns {[string, number][]}
   */
  function proposedBy(body) {
    return seatsOf(body?.data?.slots ?? body?.availability ?? {});
  }

  /** Return the free times, with their seats, in order: v3 lists slots, and v1 maps times to seats.
   *
   * @param {any} slots
   * @returns {[string, number][]}
   */
  function seatsOf(slots) {
    /** @type {[string, any][]} */
    const pairs = Array.isArray(slots)
      ? slots.map(({ utcTime, capacity }) => [utcTime, capacity])
      : Object.entries(slots);
    return pairs.map(([time, seats]) => /** @type {[string, number]} */ ([time, Number(seats)]))
      .filter(([time, seats]) => seats > 0 && !Number.isNaN(Date.parse(time)))
      .map(([time, seats]) => /** @type {[string, number]} */ ([new Date(time).toISOString(), seats]))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  // Elements.

  /** @typedef {Node | string | null | false} Child */

  /**
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name
   * @param {{ [property: string]: any }} [properties] attributes, and functions as listeners
   * @param {...(Child | Child[])} children
   * @returns {HTMLElementTagNameMap[Name]}
   */
  function el(name, properties = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (typeof value === 'function') element.addEventListener(key.slice('on'.length), value);
      else if (value !== false && value != null) element.setAttribute(key, value === true ? '' : String(value));
    }
    element.append(...children.flat().filter((child) => child !== null && child !== false));
    return element;
  }

  /** @typedef {{ row: HTMLElement, input: HTMLInputElement | HTMLTextAreaElement, error: HTMLElement }} Entry */

  /**
   * @param {string} name of the option of CallbackService.schedule
   * @param {string} label
   * @param {{ [property: string]: any }} properties
   * @returns {Entry}
   */
  function entry(name, label, properties) {
    const input = properties.rows ? el('textarea', { id: name, name, ...properties })
      : el('input', { id: name, name, ...properties });
    const error = el('p', { id: `${name}-error`, class: 'error', hidden: true });
    const hint = properties.required ? el('span', { class: 'hint', 'aria-hidden': true }, ' required') : null;
    const row = el('div', { class: 'entry' }, el('label', { for: name }, label, hint), input, error);
    return { row, input, error };
  }

  /** A group of choices that look like buttons: radio buttons underneath.
   *
   * @param {string} name
   * @param {string} legend
   * @param {{ value: string, text: string, spoken?: string }[]} choices
   * @param {string} chosen
   */
  function chips(name, legend, choices, chosen) {
    const made = choices.map(({ value, text, spoken }, index) => el('div', { class: 'chip' },
      el('input', { type: 'radio', name, id: `${name}-${index}`, value, checked: value === chosen }),
      el('label', { for: `${name}-${index}` }, text, spoken ? el('span', { class: 'unseen' }, spoken) : null)));
    return el('fieldset', { class: `chips ${name}s` }, el('legend', {}, legend), el('div', {}, made));
  }

  // The chooser of a time.

  class Chooser {
    constructor() {
      /** @type {Map<string, number>} */
      this.seats = new Map(); // by time, in order
      this.time = '';
      this.missing = ''; // a time that was chosen and is not free
      this.days = daysAtOnce();
      this.isLoading = false;
      this.lists = el('div', { onchange: (/** @type {Event} */ event) => this.choose(event) });
      this.status = el('p', { class: 'hint', role: 'status' });
      this.more = el('button', { type: 'button', class: 'quiet', hidden: true, onclick: () => this.loadMore() });
      this.element = el('div', { class: 'chooser', hidden: true }, this.status, this.lists, el('div', {}, this.more));
    }

    /** @param {boolean} isShown */
    show(isShown) {
      this.element.hidden = !isShown;
      if (isShown && this.seats.size === 0) this.load();
    }

    loadMore() {
      if (this.isLoading) return;
      if (this.more.dataset.days) this.days = Math.min(this.days + daysAtOnce(), MOST_DAYS);
      this.load();
    }

    /** Ask for the free times of the next days, by the clock of the server. */
    load() {
      this.isLoading = true;
      this.status.textContent = 'Looking for free times …';
      const name = `${settings().servicePlugin || 'CallbackService'}.availability`;
      plugin.command(name, { numberOfDays: String(this.days) }).done((body) => {
        this.seats = new Map(seatsOf(body?.data?.slots ?? body));
        this.draw();
        this.say(this.summary());
      }).fail((answer) => {
        const { code } = reasonOf(answer?.responseJSON);
        const isEmpty = answer?.status === 400 && (code === 7041 || code === 7042);
        this.seats = new Map();
        this.draw();
        if (isEmpty) this.say(this.whyEmpty(code));
        else this.say(failureOf(answer, 'Check the connection.').text, true);
      });
    }

    /** @param {number} code */
    whyEmpty(code) {
      const days = `in the next ${counted(this.days, 'day')}`;
      return code === 7042 ? `The office is closed ${days}.` : `All times ${days} are taken.`;
    }

    summary() {
      const days = `in the next ${counted(this.days, 'day')}`;
      if (this.seats.size === 0) return `There is no free time ${days}.`;
      const lost = this.missing ? `${inWords(this.missing)} is not free. ` : '';
      this.missing = '';
      return `${lost}${counted(this.seats.size, 'free time')} ${days}. Times are those of your clock (${zone()}).`;
    }

    /** Say how the search has ended, and offer to go on.
     *
     * @param {string} text
     * @param {boolean} [hasFailed]
     */
    say(text, hasFailed = false) {
      this.isLoading = false;
      this.status.textContent = text;
      this.more.dataset.days = hasFailed ? '' : 'more';
      this.more.textContent = hasFailed ? 'Look again' : 'Show later days';
      this.more.hidden = !hasFailed && this.days >= MOST_DAYS;
      this.element.scrollIntoView({ block: 'nearest' });
    }

    /** Draw the days, and the times of the chosen day. */
    draw() {
      if (this.time && !this.seats.has(this.time)) {
        this.missing = this.time;
        this.time = '';
      }
      const times = [...this.seats.keys()];
      const day = dayOf(this.time || times[0] || '1970-01-01');
      const days = [...new Map(times.map((time) => [dayOf(time), time])).keys()];
      if (times.length === 0) {
        this.lists.replaceChildren();
        return;
      }
      this.lists.replaceChildren(
        chips('day', 'Day', days.map((each) => ({ value: each, text: each })), day),
        this.timesOf(day),
      );
    }

    /** @param {string} day */
    timesOf(day) {
      const times = [...this.seats].filter(([time]) => dayOf(time) === day);
      const choices = times.map(([time, seats]) => ({
        value: time, text: timeOf(time), spoken: `, ${seats} free`,
      }));
      return chips('time', 'Time', choices, this.time);
    }

    /** @param {Event} event */
    choose({ target }) {
      const { name, value } = /** @type {HTMLInputElement} */ (target);
      if (name === 'time') this.time = value;
      else {
        this.time = '';
        this.lists.lastElementChild?.replaceWith(this.timesOf(value));
      }
    }

    /** Choose a time; one that is not in the lists is added to them.
     *
     * @param {string} time
     * @param {number} seats
     */
    select(time, seats) {
      this.seats.set(time, seats);
      this.seats = new Map([...this.seats].sort(([a], [b]) => (a < b ? -1 : 1)));
      this.time = time;
      this.draw();
    }

    /** Forget a time that is taken.
     *
     * @param {string} time
     */
    remove(time) {
      this.seats.delete(time);
      this.time = '';
      this.draw();
    }

    focus() {
      const wanted = this.lists.querySelector('[name="time"]:checked') ?? this.lists.querySelector('[name="time"]')
        ?? this.more;
      /** @type {HTMLElement} */ (wanted).focus();
    }
  }

  // The form.

  /** @type {Form | null} */
  let open = null;

  class Form {
    /** @param {CallbackService.OpenOptions} options */
    constructor({ form = {}, userData = {} }) {
      this.userData = { ...form.userData, ...userData };
      this.opener = deepFocus();
      this.isStarted = false;
      this.isSending = false;
      this.isCompleted = false;
      this.chooser = new Chooser();
      this.entries = entries();
      this.fill(form);
      this.when = this.choicesOfWhen();
      this.failure = el('div', { class: 'failure', role: 'alert' });
      this.submit = el('button', { class: 'primary' }, 'Request a callback');
      this.form = el('form', {
        novalidate: true,
        oninput: () => this.begin(),
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.send();
        },
      },
      el('div', { class: 'body' },
        el('div', { class: 'pair' }, this.entries.firstname.row, this.entries.lastname.row),
        this.entries.phonenumber.row, this.entries.email.row, this.entries.subject.row, this.when,
        this.chooser.element),
      el('div', { class: 'foot' }, this.failure, el('div', { class: 'buttons' },
        this.submit, el('button', { type: 'button', onclick: () => this.close() }, 'Cancel'))));
      this.title = el('h2', { id: 'title', tabindex: -1 }, 'Request a callback');
      this.content = el('div', { class: 'content' }, this.form);
      this.dialog = this.makeDialog();
      this.host = el('div', { 'data-mockgms': 'callback-form' });
      const shadow = this.host.attachShadow({ mode: 'open' });
      shadow.adoptedStyleSheets = [STYLE];
      shadow.append(this.dialog);
    }

    makeDialog() {
      const properties = { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => this.close() };
      return el('dialog', {
        'aria-labelledby': 'title',
        class: String(widgets().main?.theme ?? ''),
        oncancel: (/** @type {Event} */ event) => event.preventDefault(),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation(); // Escape is not meant for the page behind
          this.close();
        },
      }, el('div', { class: 'head' }, this.title, el('button', properties, '×')), this.content);
    }

    /** @param {CallbackService.FormValues} values */
    fill({ desiredTime, ...given }) {
      /** @type {CallbackService.Fields} */
      const values = given;
      for (const [name, { input }] of Object.entries(this.entries)) input.value = String(values[name] ?? '');
      const wanted = desiredTime && desiredTime !== 'now' ? new Date(desiredTime) : null;
      this.wanted = wanted && !Number.isNaN(wanted.getTime()) ? wanted.toISOString() : '';
      this.chooser.time = this.wanted;
    }

    /** The choice between now and later; no choice if the configuration excludes one. */
    choicesOfWhen() {
      const { immediateCallback = true, scheduledCallback = true } = settings();
      this.isLater = Boolean(scheduledCallback && (this.wanted || !immediateCallback));
      const chosen = this.isLater ? 'later' : 'now';
      const shown = [
        ...(immediateCallback ? [['now', 'As soon as possible']] : []),
        ...(scheduledCallback ? [['later', 'At a time that I choose']] : []),
      ].map(([value, text]) => el('label', { class: 'choice' },
        el('input', { type: 'radio', name: 'when', value, checked: value === chosen }), text));
      return el('fieldset', {
        onchange: (/** @type {Event} */ event) => {
          const isLater = /** @type {HTMLInputElement} */ (event.target).value === 'later';
          this.isLater = isLater;
          this.chooser.show(isLater);
        },
      }, el('legend', {}, 'When shall we call?'), shown);
    }

    show() {
      document.body.append(this.host);
      if (matchMedia('(max-width: 599px)').matches) this.dialog.showModal(); // it covers the page
      else this.dialog.show();
      this.chooser.show(Boolean(this.isLater));
      this.entries.firstname.input.focus();
    }

    /** Publish once that the visitor has begun to fill in the form. */
    begin() {
      if (!this.isStarted) plugin.publish('started');
      this.isStarted = true;
    }

    close() {
      if (!this.isCompleted) plugin.publish('cancelled');
      open = null;
      this.dialog.close();
      this.host.remove();
      if (this.opener?.isConnected) this.opener.focus();
      plugin.publish('closed');
    }

    /** Mark what is wrong in the fields, and return the first of them, or null. */
    mistake() {
      const { phonenumber, email } = this.entries;
      const isNumberMissing = phonenumber.input.value.trim() === '';
      mark(phonenumber, isNumberMissing ? 'Write the phone number to call.' : '');
      mark(email, email.input.validity.valid ? '' : 'Write an address such as name@example.com, or none.');
      if (isNumberMissing) return phonenumber.input;
      if (!email.input.validity.valid) return email.input;
      if (!this.isLater || this.chooser.time) return null;
      this.say({ text: 'Choose a time, or "as soon as possible".' });
      return this.chooser;
    }

    values() {
      /** @type {CallbackService.ScheduleOptions} */
      const values = {};
      for (const [name, { input }] of Object.entries(this.entries)) {
        if (input.value.trim()) values[name] = input.value.trim();
      }
      values.phonenumber = String(values.phonenumber).replace(/[\s().-]/g, '');
      if (this.isLater) values.desiredtime = this.chooser.time;
      return { ...this.userData, ...values };
    }

    send() {
      if (this.isSending) return;
      this.say({ text: '' });
      const wrong = this.mistake();
      if (wrong) {
        wrong.focus();
        return;
      }
      const values = this.values();
      this.setSending(true);
      plugin.publish('submitted', values);
      plugin.command(`${settings().servicePlugin || 'CallbackService'}.schedule`, values)
        .done((body) => (isPage(body) ? this.refuse({ status: 200 }) : this.confirm(values, body)))
        .fail((answer) => this.refuse(answer));
    }

    /** @param {boolean} isSending */
    setSending(isSending) {
      this.isSending = isSending;
      this.submit.textContent = isSending ? 'Sending …' : 'Request a callback';
      this.submit.setAttribute('aria-disabled', String(isSending)); // keeps the focus, which `disabled` would lose
    }

    /** @param {any} answer */
    refuse(answer) {
      this.setSending(false);
      const failure = failureOf(answer, 'The callback may be booked. Check the connection, then try again.');
      if (failure.isNumber) {
        mark(this.entries.phonenumber, failure.text);
        this.entries.phonenumber.input.focus();
        return;
      }
      if (failure.proposed && this.isLater) this.chooser.remove(this.chooser.time);
      this.say(failure);
    }

    /** Say what went wrong, and offer the times that the server proposes.
     *
     * @param {Failure} failure
     */
    say({ text, proposed = [] }) {
      const offers = proposed.slice(0, 4).map(([time, seats]) => el('button', {
        type: 'button',
        onclick: () => {
          this.chooseLater();
          this.chooser.select(time, seats);
          this.say({ text: '' });
          this.submit.focus();
        },
      }, `${dayOf(time)}, ${timeOf(time)}`));
      this.failure.replaceChildren(...(text ? [el('p', {}, text)] : []),
        ...(offers.length > 0 ? [el('div', { class: 'offers' }, ...offers)] : []));
    }

    chooseLater() {
      const later = this.when.querySelector('[value="later"]');
      if (later instanceof HTMLInputElement) later.checked = true;
      this.isLater = true;
      this.chooser.element.hidden = false;
    }

    /** Show that the callback is booked.
     *
     * @param {CallbackService.ScheduleOptions} values
     * @param {any} body
     */
    confirm(values, body) {
      this.isCompleted = true;
      this.setSending(false);
      plugin.publish('completed', { ...values, response: body });
      const id = body?.data?.id ?? body?._id ?? body?.id;
      const when = values.desiredtime ? `on ${inWords(values.desiredtime)} (${zone()})` : 'as soon as possible';
      this.title.textContent = 'Your callback is booked';
      this.title.setAttribute('aria-describedby', 'done');
      this.content.replaceChildren(
        el('div', { class: 'body done', id: 'done' },
          el('p', {}, 'We will call ', el('strong', {}, this.entries.phonenumber.input.value.trim()), ` ${when}.`),
          id === undefined ? null : el('p', { class: 'hint' }, 'Your reference is ', el('code', {}, String(id)), '.')),
        el('div', { class: 'foot' }, el('div', { class: 'buttons' },
          el('button', { type: 'button', class: 'primary', onclick: () => this.close() }, 'Close'))),
      );
      this.title.focus();
    }
  }

  /** The fields, by the name of the option of CallbackService.schedule.
   *
   * @returns {{ [name: string]: Entry }}
   */
  function entries() {
    return {
      firstname: entry('firstname', 'First name', { autocomplete: 'given-name' }),
      lastname: entry('lastname', 'Last name', { autocomplete: 'family-name' }),
      phonenumber: entry('phonenumber', 'Phone number', { type: 'tel', autocomplete: 'tel', required: true }),
      email: entry('email', 'E-mail', { type: 'email', autocomplete: 'email' }),
      subject: entry('subject', 'What is it about?', { rows: 2 }),
    };
  }

  /** Say what is wrong with a field, or with an empty text that nothing is.
   *
   * @param {Entry} entered
   * @param {string} text
   */
  function mark({ input, error }, text) {
    error.textContent = text;
    error.hidden = !text;
    input.ariaInvalid = text ? 'true' : null;
    if (text) input.setAttribute('aria-describedby', error.id);
    else input.removeAttribute('aria-describedby');
  }

  /** The element with the focus, in whichever shadow tree it is. */
  function deepFocus() {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused instanceof HTMLElement ? focused : null;
  }

  // Looks: those of the pages of mockgms.

  const STYLE = new CSSStyleSheet();
  STYLE.replaceSync(`
:host { all: initial; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
dialog {
  color-scheme: light dark;
  --surface: light-dark(#ffffff, #151a20); --inset: light-dark(#f3f5f7, #1b2128); --hover: light-dark(#eceff3, #222932);
  --ink: light-dark(#161b22, #e6eaef); --ink-3: light-dark(#5b6675, #95a0ae);
  --line: light-dark(#dfe3e8, #29313b); --line-strong: light-dark(#858f9c, #6b7684);
  --accent: light-dark(#2f55d4, #8fabff); --accent-hover: light-dark(#2646b3, #abc0ff);
  --on-accent: light-dark(#ffffff, #0b1230);
  --failed: light-dark(#b0221b, #ff988f); --failed-soft: light-dark(#fdeae8, #3c1b1a);
  --failed-line: light-dark(#efb2ad, #7d3733);
  position: fixed; inset: auto 16px 16px auto; z-index: 2147483000;
  display: flex; flex-direction: column; width: min(408px, calc(100vw - 32px)); max-height: calc(100dvh - 32px);
  margin: 0; padding: 0; overflow: hidden;
  background: var(--surface); color: var(--ink); border: 1px solid var(--line); border-radius: 10px;
  box-shadow: 0 8px 24px light-dark(rgb(22 27 34 / .16), rgb(0 0 0 / .6));
  font: 400 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere;
}
dialog.dark { color-scheme: dark; }
dialog.light { color-scheme: light; }
.head {
  display: flex; align-items: center; gap: 8px; padding: 12px 8px 12px 16px; border-bottom: 1px solid var(--line);
}
h2 { flex: 1; margin: 0; font-size: 16px; font-weight: 600; line-height: 1.25; }
h2:focus { outline: none; }
p { margin: 0; }
.content { display: flex; min-height: 0; flex: 1; flex-direction: column; }
form { display: flex; min-height: 0; flex: 1; flex-direction: column; }
.body { display: grid; gap: 12px; align-content: start; padding: 16px; overflow-y: auto; flex: 1; }
.done { gap: 8px; font-size: 16px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
.foot { padding: 12px 16px; border-top: 1px solid var(--line); background: var(--inset); }
.buttons { display: flex; gap: 8px; }
.buttons .primary { flex: 1; }
.entry { display: grid; gap: 4px; min-width: 0; }
label, legend { padding: 0; font-weight: 500; color: var(--ink); }
.hint { color: var(--ink-3); font-size: 13px; font-weight: 400; }
input, textarea, button { font: inherit; color: inherit; }
input:not([type="radio"]), textarea {
  width: 100%; min-height: 36px; padding: 7px 10px;
  background: var(--surface); border: 1px solid var(--line-strong); border-radius: 6px;
}
textarea { display: block; resize: vertical; }
input[aria-invalid], textarea[aria-invalid] { border-color: var(--failed); }
.error { color: var(--failed); font-size: 13px; }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
.choice { display: flex; align-items: center; gap: 8px; min-height: 28px; font-weight: 400; cursor: pointer; }
.choice input { margin: 0; accent-color: var(--accent); }
.chooser { display: grid; gap: 12px; padding: 12px; background: var(--inset); border-radius: 6px; }
.chips + .chips { margin-top: 14px; }
.chips > div { display: grid; gap: 6px; margin: 1px -4px -4px; padding: 4px; overflow-y: auto; }
.days > div { grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); max-height: 140px; }
.times > div { grid-template-columns: repeat(auto-fill, minmax(62px, 1fr)); max-height: 212px; }
.chip { position: relative; }
.chip input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.chip label {
  display: block; padding: 5px 2px; text-align: center; font-weight: 400; font-variant-numeric: tabular-nums;
  background: var(--surface); border: 1px solid var(--line-strong); border-radius: 6px;
}
.chip input:hover + label { background: var(--hover); }
.chip input:checked + label {
  background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600;
}
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button {
  min-height: 36px; padding: 6px 14px; cursor: pointer;
  background: var(--surface); border: 1px solid var(--line-strong); border-radius: 6px;
}
button:hover { background: var(--hover); }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.primary:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
.primary[aria-disabled="true"] { opacity: .7; cursor: progress; }
.quiet { min-height: 32px; padding: 4px 10px; }
.close {
  min-height: 32px; width: 32px; padding: 0; border-color: transparent; background: none;
  font-size: 20px; line-height: 1;
}
.failure > p {
  padding: 8px 12px; background: var(--failed-soft); color: var(--failed); border: 1px solid var(--failed-line);
  border-radius: 6px;
}
.failure > * { margin-bottom: 12px; }
.offers { display: flex; flex-wrap: wrap; gap: 6px; }
.offers button { min-height: 32px; padding: 4px 10px; }
code { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
:focus-visible, .chip input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 599px) {
  dialog { inset: 0; width: 100%; max-width: none; height: 100dvh; max-height: none; border: 0; border-radius: 0; }
  input:not([type="radio"]), textarea, button { min-height: 44px; font-size: 16px; }
  .close { width: 44px; }
  .offers button, .quiet { min-height: 44px; }
  .choice { min-height: 44px; }
  .chip label { padding: 10px 2px; }
  .days > div { max-height: 172px; }
  .times > div { max-height: 268px; }
}
`);

  // The commands.

  plugin.registerCommand('open', ({ data, deferred }) => {
    if (open) {
      deferred.reject('already opened');
      return;
    }
    if (data.formJSON) console.warn('CallbackService stand-in: formJSON is ignored: the form has fixed fields.');
    open = new Form(data);
    open.show();
    plugin.publish('opened');
    deferred.resolve();
    if (data.form?.autoSubmit) open.send();
  });
  plugin.registerCommand('close', ({ deferred }) => {
    if (!open) {
      deferred.reject('already closed');
      return;
    }
    open.close();
    deferred.resolve();
  });
  plugin.registerCommand('configure', ({ data, deferred }) => {
    Object.assign(changes, data);
    deferred.resolve();
  });
  plugin.registerEvents(['ready', 'opened', 'started', 'submitted', 'completed', 'cancelled', 'closed']);
  plugin.ready();
})();
