// Makes what the package has besides its sources: the types, from the OpenAPI document and the JSDoc, and the license.
// It does nothing if they are newer than what they are made from.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @param {string} path */
const root = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** @param {string} file */
const age = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * @param {string} file
 * @param {string[]} than
 */
const isOlder = (file, ...than) => than.some((each) => age(each) > age(file));

/**
 * @param {string} script
 * @param {string[]} options
 */
function run(script, ...options) {
  const command = [root(`node_modules/${script}`), ...options];
  if (!existsSync(command[0])) {
    process.stderr.write(`${command[0]} is missing, which makes the types. Run \`npm ci\` in ${root('')} first.\n`);
    process.exit(1);
  }
  execFileSync(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
}

const document = root('mockgms/generated/openapi.json');
const types = root('build/openapi.d.ts'); // of the admin API, for the scripts of the pages too
const sources = readdirSync(here('src')).filter((name) => name !== 'openapi.ts').map((name) => here(`src/${name}`));

if (isOlder(types, document, root('package-lock.json'))) {
  mkdirSync(root('build'), { recursive: true });
  // What has a default may be left out of a request; an object without properties may have any.
  run('openapi-typescript/bin/cli.js', document, '--output', types, '--default-non-nullable=false',
    '--empty-objects-unknown');
}
if (isOlder(here('types/public.d.ts'), types, here('tsconfig.json'), ...sources)) {
  copyFileSync(types, here('src/openapi.ts'));
  rmSync(here('types'), { recursive: true, force: true });
  rmSync(root('build/client.tsbuildinfo'), { force: true });
  try {
    run('typescript/bin/tsc', '--project', here('.'));
  } catch (error) {
    process.stderr.write(/** @type {any} */ (error).stdout);
    rmSync(here('types'), { recursive: true, force: true }); // so that the next run reports the mistakes again
    process.exit(1);
  }
}
copyFileSync(root('LICENSE'), here('LICENSE'));
