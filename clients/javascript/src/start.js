// A server in the background, which ends with this process.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import process from 'node:process';

import { Client } from './client.js';
import { findCommand } from './command.js';
import { NotReached } from './errors.js';
import { readFile } from './files.js';

const START = 120; // seconds in which a server must start: uvx and docker may download it first
const STOP = 5000; // milliseconds until a server that does not stop is killed
const POLL = 100; // milliseconds between two looks whether a container is ready
const LOG = 100_000; // characters of the log that are kept
const READY = /^mockgms \S+ at \w+:\/\/\S+:(\d+), scenario /m;

/** A running server, and the client of its default session. */
export class Server extends Client {
  /** @type {Child} */ #child;

  /**
   * @param {string} url
   * @param {Child} child
   */
  constructor(url, child) {
    super(url, { readFile });
    this.#child = child;
    /** The URL of the server. */
    this.url = url;
  }

  /** The newest part of what the server has logged. */
  get log() {
    return this.#child.log.trim();
  }

  /** Stops the server, and waits until it has ended. */
  stop() {
    return this.#child.stop();
  }
}

/**
 * Starts a server, with `mockgms` if it is installed, else by `uvx`, else by `docker`. It stops with this process,
 * however that ends.
 *
 * @param {import('./api.js').StartOptions} [options]
 * @returns {Promise<Server>}
 */
export async function start(options = {}) {
  const port = options.port ?? 0;
  const published = port || await freePort();
  const { program, first, isImage, remedy } = commandFor(options, published);
  const address = isImage ? [] : ['--host', '127.0.0.1', '--port', String(port)];
  const serve = ['serve', '--until-stdin-ends', ...address, ...serveOptions(options, isImage)];
  const child = new Child(program, [...first, ...serve]);
  try {
    const listeningPort = await child.readPort((options.startTimeout ?? START) * 1000, remedy);
    const server = new Server(`http://127.0.0.1:${isImage ? published : listeningPort}`, child);
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
 * @param {import('./api.js').StartOptions} options
 * @param {number} port
 * @returns {import('./command.js').Command}
 */
function commandFor({ command, image, scenarios }, port) {
  if (command) {
    const [program, ...first] = command;
    return { program, first, isImage: false, remedy: '' };
  }
  const folder = scenarios === undefined ? [] : ['--volume', `${resolve(scenarios)}:/scenarios:ro`];
  return findCommand({ image, dockerOptions: ['--publish', `127.0.0.1:${port}:8080`, ...folder] });
}

/**
 * @param {import('./api.js').StartOptions} options
 * @param {boolean} isImage whether the server runs in a container, where the folder of scenarios is mounted
 */
function serveOptions({ scenario, scenarios, options = [] }, isImage) {
  return [
    ...(scenario === undefined ? [] : ['--scenario', scenario]),
    ...(scenarios === undefined || isImage ? [] : ['--scenarios', scenarios]),
    ...options,
  ];
}

/** Returns the variables for the server: those of mockgms would change how it works. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MOCKGMS_')));
}

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
    this.#process.stdout.setEncoding('utf8').on('data', (text) => { this.#output += text; });
    this.#process.stderr.setEncoding('utf8').on('data', (text) => { this.log = (this.log + text).slice(-LOG); });
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
   * Waits for the line with which the server says that it listens, and returns the port in it.
   *
   * @param {number} longest milliseconds
   * @param {string} remedy the end of the message if there is no such line
   * @returns {Promise<number>}
   */
  async readPort(longest, remedy) {
    const line = new Promise((take) => {
      this.#process.stdout.on('data', () => {
        const found = READY.exec(this.#output);
        if (found) {
          take(Number(found[1]));
        }
      });
    });
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const timeout = new Promise((end) => { timer = setTimeout(end, longest); });
    const port = await Promise.race([line, timeout, this.ended]);
    clearTimeout(timer);
    if (port === undefined) {
      const reason = this.log.trim() || `it ended without a message, or printed nothing for ${longest / 1000} seconds`;
      throw new NotReached(`the mockgms server did not start (${this.program}): ${reason}${remedy}`);
    }
    return port;
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
