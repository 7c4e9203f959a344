#!/usr/bin/env node
// npx mockgms [ARGUMENTS]: runs mockgms, by uvx or docker if it is not installed. Without arguments, or with options
// alone, it serves.

import { spawn } from 'node:child_process';
import process from 'node:process';

import { findCommand, GUARD } from '../src/command.js';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const PAUSE = 500; // milliseconds
const INFORMATION = ['--help', '-h', '--version'];

const given = process.argv.slice(2);
const isCommand = given.length > 0 && (!given[0].startsWith('-') || INFORMATION.includes(given[0]));
const options = isCommand ? given : ['serve', ...given];

try {
  const { program, first, isImage } = findCommand({ dockerOptions: dockerOptions() });
  const child = spawn(program, [...first, ...(isImage ? inContainer(options) : options)], {
    stdio: 'inherit',
    env: { ...process.env, [GUARD]: '1' },
  });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (process.platform !== 'win32') child.kill(signal); // there the console tells both, and kill() ends it by force
    });
  }
  stopAfterNpm(child);
  child.once('error', (error) => fail(error.message));
  child.once('close', (code) => { process.exitCode = code ?? 1; });
} catch (error) {
  fail(/** @type {Error} */ (error).message);
}

/**
 * Stops the server when npm or npx has ended: they do not pass all signals on.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function stopAfterNpm(child) {
  if (!process.env.npm_command) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill();
  }, PAUSE).unref();
}

/** Publishes the port of a server at localhost. */
function dockerOptions() {
  const port = valueOf('--port') ?? '8080';
  return options[0] === 'serve' ? ['--publish', `127.0.0.1:${port === '0' ? '' : port}:8080`] : [];
}

/**
 * In the container, the server listens at its own port.
 *
 * @param {string[]} all
 */
function inContainer(all) {
  return all.filter((each, at) => !/^--port(=|$)/.test(each) && all[at - 1] !== '--port');
}

/** @param {string} name */
function valueOf(name) {
  const at = options.indexOf(name);
  return at < 0 ? options.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) : options[at + 1];
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`mockgms: ${message}\n`);
  process.exitCode = 2;
}
