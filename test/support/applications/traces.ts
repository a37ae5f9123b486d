import { expect } from 'vitest';
import { clientEnvironment } from '../programs/clients.ts';
import { canRun, runCommand } from '../programs/command.ts';

/** Why nothing here can be run on this machine; undefined where it can. */
export const LACK_OF_TRACES =
  process.platform !== 'linux'
    ? 'Linux alone has all of 127.0.0.0/8 as addresses of its own'
    : (await canRun('aws', '--version'))
      ? undefined
      : 'aws is not on this machine';

/** A node of the service graph, and to whom it leads. */
export interface GraphNode {
  readonly name: string;
  readonly type: string | null;
  /** `name type` of each. */
  readonly calls: readonly string[];
}

/** A sandbox as the AWS CLI shows it. */
export interface AwsCli {
  /** What `aws …line …words` prints, as JSON; fails where it does not end with 0. Words of `line` have spaces between them. */
  json<Answer>(line: string, ...words: readonly string[]): Promise<Answer>;
  /** Names of all services in summaries of traces of the latest minutes, by the traces' ids. */
  summaries(filter?: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The service graph of the latest minutes. */
  graph(): Promise<readonly GraphNode[]>;
}

interface Service {
  readonly ReferenceId: number;
  readonly Name: string;
  readonly Type?: string;
  readonly Edges: readonly { readonly ReferenceId: number }[];
}

interface Summary {
  readonly Id: string;
  readonly ServiceIds: readonly { readonly Name: string }[];
}

export function awsCli(sandboxUrl: string): AwsCli {
  const env = clientEnvironment(sandboxUrl);
  async function json<Answer>(line: string, ...words: readonly string[]): Promise<Answer> {
    const args = [...line.split(' '), ...words];
    const { code, stdout, stderr } = await runCommand('aws', [...args, '--output', 'json'], { env });
    expect(code, `aws ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
    return JSON.parse(stdout === '' ? 'null' : stdout) as Answer;
  }
  const latest = (): readonly string[] => {
    const now = Math.floor(Date.now() / 1000);
    return ['--start-time', String(now - 600), '--end-time', String(now + 60)];
  };
  return {
    json,
    async summaries(filter) {
      const filtered = filter === undefined ? [] : ['--filter-expression', filter];
      const { TraceSummaries } = await json<{ readonly TraceSummaries: readonly Summary[] }>(
        'xray get-trace-summaries',
        ...latest(),
        ...filtered,
      );
      return new Map(TraceSummaries.map(({ Id, ServiceIds }) => [Id, ServiceIds.map(({ Name }) => Name)]));
    },
    async graph() {
      const { Services } = await json<{ readonly Services: readonly Service[] }>(
        'xray get-service-graph',
        ...latest(),
      );
      const shown = ({ Name, Type }: Service): string => (Type === undefined ? Name : `${Name} ${Type}`);
      const byId = new Map(Services.map((service) => [service.ReferenceId, shown(service)]));
      return Services.map(({ Name, Type, Edges }) => ({
        name: Name,
        type: Type ?? null,
        calls: Edges.map(({ ReferenceId }) => byId.get(ReferenceId) ?? '').toSorted(),
      }));
    },
  };
}
