import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { nodePackages, pythonPackages } from '../../../examples/demo/install.ts';
import type { Installed } from '../../../examples/demo/install.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

declare module 'vitest' {
  interface ProvidedContext {
    django: Installed;
    express: Installed;
    opentelemetry: Installed;
  }
}

/** Installs before all test files, so that no two of them do. */
export default async function setup({ provide }: TestProject): Promise<void> {
  provide(
    'django',
    await pythonPackages(ROOT, 'python', ['django/requirements.txt', 'resolver/requirements.txt']),
  );
  provide('express', await nodePackages(ROOT, 'node', ['express/package.json', 'express/package-lock.json']));
  provide(
    'opentelemetry',
    await pythonPackages(ROOT, 'opentelemetry', [
      'opentelemetry/requirements.txt',
      'resolver/requirements.txt',
    ]),
  );
}
