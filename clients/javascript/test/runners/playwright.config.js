import { defineConfig } from '@playwright/test';

export default defineConfig({
  testMatch: '*.pw.js',
  globalSetup: 'mockgms/global-setup', // one server for all workers
  outputDir: process.env.RESULTS,
  reporter: 'json',
  workers: 1,
  use: {
    launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] }, // containers run as root
  },
});
