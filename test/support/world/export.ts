import { KINDS } from '../../../controller/kinds/index.ts';
import { exportCommand } from '../../../controller/cli/export.ts';
import type { ExportOptions } from '../../../controller/cli/export.ts';
import type { Transport } from '../../../controller/aws/transport.ts';
import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import { SILENT_LOG } from './world.ts';
import type { World } from './world.ts';

/** What `stationkeeper export` comes to on a world's AWS; without `out` the manifests are its standard output. */
export async function exportFrom(
  { clock, sandbox }: World,
  options: Partial<ExportOptions> = {},
): Promise<{
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly string[];
}> {
  const written = { out: '', err: '' };
  const calls: string[] = [];
  const transport = (): Transport => {
    return ({ service, operation, input }) => {
      calls.push(`${service}:${operation}`);
      return sandbox.call({ service, operation, input, region: 'us-east-1', accountId: DEFAULT_ACCOUNT_ID });
    };
  };
  const never = new AbortController().signal;
  const code = await clock.run(
    exportCommand(
      { names: [], out: undefined, force: false, owner: 'stationkeeper', ...options },
      {
        kinds: KINDS,
        terminal: {
          out: (text) => {
            written.out += text;
          },
          err: (text) => {
            written.err += text;
          },
          isTty: false,
          color: false,
          columns: () => 80,
        },
        clock,
        awsClock: clock,
        env: process.env,
        secretRules: [],
        random: () => 0.5,
        log: SILENT_LOG,
        version: '0.0.0',
        stop: never,
        kill: never,
        transport,
        topics: undefined,
      },
    ),
  );
  return { code, ...written, calls };
}
