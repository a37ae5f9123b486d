import { join } from 'node:path';
import { MANIFESTS, startController } from '../programs/cli.ts';
import type { Controller } from '../programs/cli.ts';
import { daemon } from '../reports/converged.ts';

/** The repository's own manifest of the X-Ray daemon. */
export const XRAY_MANIFEST = join(MANIFESTS, 'xray.yaml');

/** The controller on a sandbox of processes, with a name server. `dns` and `url` are there. */
export interface Daemons extends Controller {
  readonly sandboxUrl: string;
  readonly dns: string;
}

/** Starts it on a manifest, and resolves once the X-Ray daemons run and are in sync. Each file takes a network of its own: `127.81`. */
export async function startDaemons(
  manifest: string,
  network: string,
  ...flags: readonly string[]
): Promise<Daemons> {
  const dns = flags.includes('--dns') ? [] : ['--dns', '127.0.0.1:0'];
  const controller = await startController([
    manifest,
    '--sandbox',
    '--runtime',
    'process',
    '--task-network',
    `${network}.0.0/16`,
    '--interval',
    '1s',
    '--speed',
    '100',
    ...dns,
    ...flags,
  ]);
  await controller.untilStatus((report) => {
    const { sync, health } = daemon(report, 'xray');
    if (sync !== 'Synced' || health !== 'Healthy') throw new Error(`xray is ${sync} and ${health}`);
  });
  const { sandboxUrl, dns: resolvesAt } = controller;
  if (sandboxUrl === undefined || resolvesAt === undefined) throw new Error('it told of no sandbox');
  return { ...controller, sandboxUrl, dns: resolvesAt };
}
