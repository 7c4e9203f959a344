// A server in the background, which ends with this process.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { checkOptions, shown } from './arguments.js';
import { Client, DISPOSE } from './client.js';
import { findCommand, VERSION } from './command.js';
import { NotReached } from './errors.js';
import { readScenario } from './files.js';

const START = 120; // seconds in which a server must start: uvx and docker may download it first
const STOP = 5000; // milliseconds until a server that does not stop is killed
const POLL = 100; // milliseconds between two looks whether a container is ready
const LOG = 100_000; // characters of the log and of the output that are kept
const OPTIONS = ['scenario', 'scenarios', 'port', 'options', 'command', 'image', 'startTimeout'];
const READY = /^mockgms (\S+) at (\w+):\/\/\S+:(\d+), scenario /m;

/** A running server, and the client of its default session. */
export class Server extends Client {
  /** @type {Child} */ #child;

  /**
   * @param {string} url
   * @param {Child} child
   */
  constructor(url, child) {
    super(url, {}, readScenario);
    this.#child = child;
    /** The URL of the server. */
    this.url = url;
  }

  /** The newest part of what the server has logged. */
  get log() {
    return this.#child.log.trim();
  }

  /** Stops the server, and waits until it has ended. Without effect if it has ended already. */
  stop() {
    return this.#child.stop();
  }

  /** The same, for `await using`. */
  [DISPOSE]() {
    return this.stop();
  }
}

/**
 * Starts a server, with `mockgms` if it is installed, else by `uvx`, else by `docker`. It stops with this process,
 * however that ends.
 *
 * Rejects with NotReached and the log of the server if it does not start, with TypeError for an unknown option or a
 * wrong kind of argument, and with Error if none of these programs is found.
 *
 * @param {import('./api.js').StartOptions} [given]
 * @returns {Promise<Server>}
 */
export async function start(given) {
  /** @type {import('./api.js').StartOptions} */
  const options = checkOptions('start', given, OPTIONS);
  checkList('command', options.command);
  checkList('options', options.options);
  const port = options.port ?? 0;
  const published = port || await freePort();
  const { program, first, isImage, remedy } = commandFor(options, published);
  const address = isImage ? [] : ['--host', '127.0.0.1', '--port', String(port)];
  const serve = ['serve', '--until-stdin-ends', ...address, ...serveOptions(options, isImage)];
  const child = new Child(program, [...first, ...serve]);
  try {
    const [version, scheme, listeningPort] = await child.readAnnouncement(options.startTimeout ?? START, remedy);
    const server = new Server(`${scheme}://127.0.0.1:${isImage ? published : listeningPort}`, child);
    warnOfVersion(program, version);
    if (isImage) {
      await waitForAnswer(server);
    }
    child.unref();
    return server;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/**
 * Refuses a text, whose characters would become arguments.
 *
 * @param {string} name
 * @param {unknown} list
 */
function checkList(name, list) {
  if (list != null && !(Array.isArray(list) && (list.length > 0 || name === 'options'))) {
    const example = name === 'options' ? "['--journal', '5000']" : "['python', '-m', 'mockgms']";
    throw new TypeError(`start takes \`${name}\` as a list such as ${example}, not ${shown(list)}`);
  }
}

/**
 * Returns a path; that of a `file:` URL is in the form of the system.
 *
 * @param {string | URL} path
 */
function pathOf(path) {
  return path instanceof URL ? fileURLToPath(path) : path;
}

/**
 * @param {import('./api.js').StartOptions} options
 * @param {number} port
 * @returns {import('./command.js').Command}
 */
function commandFor({ command, image, scenarios }, port) {
  if (command) {
    const [program, ...first] = command;
    return { program, first, isImage: false, remedy: '' };
  }
  const folder = scenarios == null ? [] : ['--volume', `${resolve(pathOf(scenarios))}:/scenarios:ro`];
  return findCommand({ image: image ?? undefined, dockerOptions: ['--publish', `127.0.0.1:${port}:8080`, ...folder] });
}

/**
 * @param {import('./api.js').StartOptions} options
 * @param {boolean} isImage whether the server runs in a container, where the folder of scenarios is mounted
 */
function serveOptions({ scenario, scenarios, options }, isImage) {
  return [
    ...(scenario == null ? [] : ['--scenario', pathOf(scenario)]),
    ...(scenarios == null || isImage ? [] : ['--scenarios', pathOf(scenarios)]),
    ...(options ?? []),
  ];
}

/** Returns the variables for the server: those of mockgms would change how it works. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MOCKGMS_')));
}

/** @param {string} text */
const newest = (text) => text.slice(-LOG);

/** A process that serves until its standard input ends, as it does when this process ends. */
class Child {
  log = '';
  #output = '';
  /** @type {import('node:child_process').ChildProcessWithoutNullStreams} */ #process;

  /**
   * @param {string} program
   * @param {string[]} options
   */
  constructor(program, options) {
    this.program = program;
    this.#process = spawn(program, options, { stdio: 'pipe', windowsHide: true, env: environment() });
    this.#process.stdin.on('error', () => {}); // it has ended already
    this.#process.stdout.setEncoding('utf8').on('data', (text) => { this.#output = newest(this.#output + text); });
    this.#process.stderr.setEncoding('utf8').on('data', (text) => { this.log = newest(this.log + text); });
    /** @type {Promise<void>} */
    this.ended = new Promise((end) => {
      this.#process.once('close', () => end());
      this.#process.once('error', (error) => {
        this.log += error.message;
        end();
      });
    });
  }

  /**
   * Waits for the line with which the server says that it listens, and returns the version, the scheme and the port in
   * it.
   *
   * @param {number} longest seconds
   * @param {string} remedy the end of the message if there is no such line
   * @returns {Promise<string[]>}
   */
  async readAnnouncement(longest, remedy) {
    const line = new Promise((take) => {
      this.#process.stdout.on('data', () => {
        const found = READY.exec(this.#output);
        if (found) {
          take(found.slice(1));
        }
      });
    });
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((end) => {
      const reason = `it was not ready after ${longest} seconds (startTimeout)`;
      timer = setTimeout(() => end([reason, this.log.trim()].filter(Boolean).join('\n')), longest * 1000);
    });
    const ended = this.ended.then(() => this.log.trim() || `it ended ${howEnded(this.#process)} without a message`);
    const found = await Promise.race([line, late, ended]);
    clearTimeout(timer);
    if (typeof found === 'string') {
      throw new NotReached(`the mockgms server did not start (${this.program}): ${found}${remedy}`);
    }
    return found;
  }

  /** Lets this process end although the server runs. */
  unref() {
    this.#process.unref();
    for (const pipe of /** @type {any[]} */ (this.#process.stdio.slice(0, 3))) {
      pipe.unref();
    }
  }

  async stop() {
    this.#process.ref();
    this.#process.stdin.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP);
    await this.ended;
    clearTimeout(timer);
  }
}

/**
 * Warns if a server is of another version than this package. They fit together if only their patches differ.
 *
 * @param {string} program
 * @param {string} version
 */
function warnOfVersion(program, version) {
  const [own, other] = [VERSION, version].map((each) => each.split('.').slice(0, 2).join('.'));
  if (own !== other) {
    const found = `${program} is mockgms ${version}, and the npm package is ${VERSION}`;
    process.emitWarning(`${found}: install the same version`);
  }
}

/**
 * Returns how a process has ended.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function howEnded({ exitCode, signalCode }) {
  return signalCode ? `by ${signalCode}` : `with status ${exitCode}`;
}

/**
 * Waits until a container answers: docker may publish its port after it has written its line.
 *
 * @param {Server} server
 */
async function waitForAnswer(server) {
  for (let tries = 50; ; tries -= 1) {
    try {
      await server.clock();
      return;
    } catch (error) {
      if (!(error instanceof NotReached) || tries === 0) {
        throw error;
      }
    }
    await new Promise((end) => { setTimeout(end, POLL); });
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((take, reject) => {
    const probe = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => take(port));
    });
  });
}
