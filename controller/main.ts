#!/usr/bin/env node
import { outOfFiles } from './core/errors.ts';

/**
 * Loads the program and runs it. Hundreds of files are opened for that side by side, so that a limit of open files that is too low is met
 * here first: it is told in one line, as it is whenever nobody else expects it.
 */

process.on('uncaughtException', (thrown) => {
  process.stderr.write(`${toldOf(thrown)}\n`);
  process.exit(1);
});

try {
  const { main } = await import('./program.ts');
  process.exitCode = await main();
} catch (thrown) {
  process.stderr.write(`${toldOf(thrown)}\n`);
  process.exitCode = 1;
}

/** A defect of ours is told with its stack, as Node does. */
function toldOf(thrown: unknown): string {
  const starved = outOfFiles(thrown);
  if (starved !== undefined) return `error: ${starved.message}`;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
