import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: process.env.RESULTS,
  test: { include: ['*.vt.js'], root: import.meta.dirname, reporters: ['verbose'] },
});
