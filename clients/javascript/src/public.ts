// The types of the package: its exports, and the bodies and answers of the admin API.

export * from './index.js';
export type * from './api.js';
