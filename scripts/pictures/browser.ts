import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** Where installers put it that do not care for the path. */
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
];

/** The Chromium or Chrome that this system has; undefined where there is none. Nothing is downloaded. */
export function systemChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places].find((path) => existsSync(path));
}

/** Starts it without a window. */
export function openChromium(): Promise<Browser> {
  const executablePath = systemChromium();
  if (executablePath === undefined) {
    throw new Error(
      'There is no Chromium or Chrome on this system. Install one, such as the package chromium.',
    );
  }
  // In containers the sandbox has no user namespaces; what is shown is our own, and runs no scripts of others.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
