import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_ID, createSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

interface Bench {
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  /** `OK` or the name of the error. */
  readonly call: (operation: string, input?: object) => Promise<string>;
  readonly clusters: () => Promise<readonly string[]>;
}

function bench(options: Partial<SandboxOptions> = {}): Bench {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, ...options });
  const send = (operation: string, input: object): Promise<object> =>
    sandbox.call({ service: 'ecs', operation, input, region: 'us-east-1' });
  return {
    sandbox,
    clock,
    call: (operation, input = {}) =>
      send(operation, input).then(
        () => 'OK',
        (error: unknown) => (error as Error).name,
      ),
    clusters: async () => {
      const { clusterArns = [] } = (await send('ListClusters', {})) as {
        readonly clusterArns?: readonly string[];
      };
      return clusterArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
    },
  };
}

describe('an injected failure', () => {
  it('happens to the next call of its operation, once, and nothing is performed', async () => {
    const { sandbox, call, clusters } = bench();
    sandbox.control.inject({
      operation: 'ecs:CreateCluster',
      effect: 'fail',
      code: 'ServerException',
      status: 500,
    });
    expect(await call('DescribeClusters')).toBe('OK');
    expect(await call('CreateCluster', { clusterName: 'a' })).toBe('ServerException');
    expect(await clusters()).toEqual([]);
    expect(await call('CreateCluster', { clusterName: 'a' })).toBe('OK');
    expect(sandbox.control.faults()).toEqual([]);
  });

  it.each([
    ['ecs:ListClusters', 2, ['Oops', 'Oops', 'OK']],
    ['ecs:*', 1, ['Oops', 'OK', 'OK']],
    ['*', 'always', ['Oops', 'Oops', 'Oops']],
    ['ec2:*', 'always', ['OK', 'OK', 'OK']],
  ] as const)('%s, %s times', async (operation, times, expected) => {
    const { sandbox, call } = bench();
    sandbox.control.inject({ operation, times, effect: 'fail', code: 'Oops' });
    expect([await call('ListClusters'), await call('ListClusters'), await call('ListClusters')]).toEqual(
      expected,
    );
  });

  it('happens as often as its probability says, the same for the same seed', async () => {
    const outcomes = async (seed: number): Promise<readonly string[]> => {
      const { sandbox, call } = bench({ seed, quotas: 'off' });
      const fault = {
        operation: '*',
        times: 'always',
        probability: 0.3,
        effect: 'fail',
        code: 'Oops',
      } as const;
      sandbox.control.inject(fault);
      return Promise.all(Array.from({ length: 300 }, () => call('ListClusters')));
    };
    const [first, again, other] = [await outcomes(1), await outcomes(1), await outcomes(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first.filter((outcome) => outcome === 'Oops').length).toBeGreaterThan(60);
    expect(first.filter((outcome) => outcome === 'Oops').length).toBeLessThan(120);
  });

  it('ends when it is removed', async () => {
    const { sandbox, call } = bench();
    const { id } = sandbox.control.inject({ operation: '*', times: 'always', effect: 'fail', code: 'Oops' });
    expect(sandbox.control.removeFault('fault-99')).toBe(false);
    expect(sandbox.control.removeFault(id)).toBe(true);
    expect(await call('ListClusters')).toBe('OK');
  });
});

describe('a call', () => {
  it('that is delayed is performed at once and answered later', async () => {
    const { sandbox, clock, call, clusters } = bench();
    sandbox.control.inject({ operation: 'ecs:CreateCluster', effect: 'delay', ms: 30_000 });
    const before = clock.now();
    const slow = call('CreateCluster', { clusterName: 'a' });
    expect(await clusters()).toEqual(['a']);
    expect(await clock.run(slow)).toBe('OK');
    expect(clock.now() - before).toBe(30_000);
  });

  it('whose answer is dropped has been performed', async () => {
    const { sandbox, clusters } = bench();
    sandbox.control.inject({ operation: 'ecs:CreateCluster', effect: 'drop' });
    const dropped = sandbox.call({
      service: 'ecs',
      operation: 'CreateCluster',
      input: { clusterName: 'a' },
      region: 'us-east-1',
    });
    await expect(dropped).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(sandbox.control.requests().latest[0]).toMatchObject({ outcome: 'no answer', fault: 'drop' });
    expect(await clusters()).toEqual(['a']);
  });

  it('that hangs is never performed, and its connection is lost when the fault goes', async () => {
    const { sandbox, call, clusters } = bench();
    const { id } = sandbox.control.inject({
      operation: 'ecs:CreateCluster',
      times: 'always',
      effect: 'hang',
    });
    const hung = call('CreateCluster', { clusterName: 'a' });
    expect(await clusters()).toEqual([]);
    expect(sandbox.control.requests().latest[0]).toMatchObject({ outcome: 'pending', fault: 'hang' });
    sandbox.control.removeFault(id);
    expect(await hung).toBe('Error');
    expect(await clusters()).toEqual([]);
  });

  it('that hangs for a caller who has gone is forgotten', async () => {
    const { sandbox } = bench();
    sandbox.control.inject({ operation: '*', effect: 'hang' });
    const gone = new AbortController();
    const request = { service: 'ecs', operation: 'ListClusters', input: {}, region: 'us-east-1' };
    const hung = sandbox.call(request, { signal: gone.signal });
    gone.abort();
    await expect(hung).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('reads that lag', () => {
  it('show what was so some time ago, and writes do not lag', async () => {
    const { sandbox, clock, call, clusters } = bench();
    await call('CreateCluster', { clusterName: 'before' });
    sandbox.control.inject({ operation: 'ecs:*', times: 'always', effect: 'lag', ms: 10_000 });
    await call('CreateCluster', { clusterName: 'after' });
    expect(await clusters()).toEqual(['before']);
    await clock.advance(9_000);
    expect(await clusters()).toEqual(['before']);
    await clock.advance(1_000);
    expect(await clusters()).toEqual(['after', 'before']);
    await call('DeleteCluster', { cluster: 'before' });
    expect(await clusters()).toEqual(['after', 'before']);
    sandbox.control.clearFaults();
    expect(await clusters()).toEqual(['after']);
  });

  it('do not change the world that they look back on', async () => {
    const { sandbox, clock, call } = bench();
    sandbox.control.inject({ operation: '*', times: 'always', effect: 'lag', ms: 60_000 });
    await call('CreateCluster', { clusterName: 'a' });
    const state = JSON.stringify(sandbox.control.state());
    await call('DescribeClusters', { clusters: ['a'] });
    expect(JSON.stringify(sandbox.control.state())).toBe(state);
    await clock.advance(60_000);
    expect(await call('DescribeClusters', { clusters: ['a'] })).toBe('OK');
  });

  it('show a Region in which nobody had looked by then as it is, and not another one', async () => {
    const { sandbox, call } = bench();
    sandbox.control.inject({ operation: '*', times: 'always', effect: 'lag', ms: 10_000 });
    await call('CreateCluster', { clusterName: 'a' });
    const vpcs = async (): Promise<unknown> => {
      const there = { region: 'ap-southeast-2', accountId: DEFAULT_ACCOUNT_ID, input: {} };
      const answer = await sandbox.call({ service: 'ec2', operation: 'DescribeVpcs', ...there });
      return (answer as { readonly Vpcs: readonly { readonly VpcId: string }[] }).Vpcs.map(
        ({ VpcId }) => VpcId,
      );
    };
    const first = await vpcs();
    sandbox.control.clearFaults();
    expect(await vpcs()).toEqual(first);
  });
});
