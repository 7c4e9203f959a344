// Commands that run mockgms: itself, or uvx or docker, which download it.

import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import process from 'node:process';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const WINDOWS = process.platform === 'win32';
const MODULES = `${sep}node_modules${sep}`;

export const VERSION = /** @type {string} */ (version);
export const IMAGE = `ghcr.io/mockgms/mockgms:${VERSION}`;
/** Set for what `npx mockgms` starts. Another `npx mockgms` that is found then does not start a third. */
export const GUARD = 'STARTED_BY_NPX_MOCKGMS';

const REMEDY = '\nInstall mockgms, so that nothing has to be downloaded: pip install mockgms';

/**
 * @typedef {object} Command
 * @property {string} program
 * @property {string[]} first the arguments before those of mockgms
 * @property {boolean} isImage whether it runs in a container
 * @property {string} remedy what to do if it fails, or empty
 */

/**
 * Returns the command that runs mockgms: `mockgms` if it is installed, else `uvx`, else `docker`.
 *
 * @param {{ dockerOptions?: string[], image?: string }} [container] further options of `docker run`, and the image
 * @returns {Command}
 */
export function findCommand({ dockerOptions = [], image = IMAGE } = {}) {
  const installed = process.env[GUARD] ? undefined : find('mockgms');
  if (installed) {
    return { program: installed, first: [], isImage: false, remedy: '' };
  }
  const uvx = find('uvx');
  if (uvx) {
    return { program: uvx, first: ['--from', `mockgms==${VERSION}`, 'mockgms'], isImage: false, remedy: REMEDY };
  }
  const docker = find('docker');
  if (docker) {
    const first = ['run', '--rm', '--interactive', ...dockerOptions, image];
    return { program: docker, first, isImage: true, remedy: REMEDY };
  }
  throw new Error(
    'found neither mockgms nor uvx nor docker in PATH: install one of them (`pip install mockgms`), or name the '
    + "command: start({ command: ['python', '-m', 'mockgms'] })",
  );
}

/**
 * Returns the path of a program in PATH. Those that npm installed are skipped: `mockgms` there is `bin/mockgms.js`.
 *
 * @param {string} name
 */
function find(name) {
  const file = WINDOWS ? `${name}.exe` : name;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, file)).find((path) => isProgram(path) && !isOfNpm(path));
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {string} path */
function isOfNpm(path) {
  return [dirname(path), realpathSync(path)].some((each) => each.concat(sep).includes(MODULES));
}
