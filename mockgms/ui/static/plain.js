// A page that has nothing but its frame and its text.

import { watchServer } from './shell.js';

watchServer();
