import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const MAIN = join(import.meta.dirname, '..', 'controller', 'main.js');
const LISTEN = '127.0.0.1:18080';
const SANDBOX_LISTEN = '127.0.0.1:14566';
const LONGEST_START_MS = 30_000;

/** Milliseconds from starting the built controller, on its sandbox and `manifests/`, to the first 200 of /readyz. */
export async function measureStart(): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [MAIN, 'run', '--sandbox', '--listen', LISTEN, '--sandbox-listen', SANDBOX_LISTEN],
    { stdio: 'ignore' },
  );
  try {
    while (performance.now() - startedAt < LONGEST_START_MS) {
      const ready = await fetch(`http://${LISTEN}/readyz`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return performance.now() - startedAt;
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
    throw new Error(`not ready within ${LONGEST_START_MS} ms`);
  } finally {
    child.kill('SIGTERM');
  }
}
