// The start page.

import { watchServer } from './shell.js';

watchServer();
