import { afterAll, beforeAll, inject } from 'vitest';
import { ANY_CREDENTIALS, run } from '../../programs/cli.ts';
import type { Ended } from '../../programs/command.ts';
import { startCountingProxy } from '../counting-proxy.ts';
import type { CountingProxy } from '../counting-proxy.ts';
import { sdkClients } from '../sdk.ts';
import type { SdkClients } from '../sdk.ts';

/** The account that moto gives to credentials that it does not know. */
export const MOTO_ACCOUNT = '123456789012';

/** Operations, as the proxy names them, that change nothing. */
export const READ = /(^|\.)(BatchGet|Describe|List|Get|Discover)\w+$|^GET /;

/** A moto server that nobody prepared, and the built program in front of it. */
export interface MotoStack {
  /** Straight to moto, not counted. */
  readonly url: string;
  readonly aws: SdkClients;
  /** Between the program and moto. */
  readonly proxy: CountingProxy;
  /** Runs `stationkeeper …args` against moto. */
  readonly stationkeeper: (...args: readonly string[]) => Promise<Ended>;
  /** Forgets everything that was made in moto. */
  readonly reset: () => Promise<void>;
  /** What `plan` has to do, each change as `resource path`, sorted; keeps are left out. */
  readonly changes: (path: string) => Promise<readonly string[]>;
}

interface PlannedStep {
  readonly id: string;
  readonly action: string;
  readonly changes: readonly { readonly path: string }[];
}

/** One for all tests of a file; call it where hooks are declared. Its members can be used once the tests run. */
export function useMotoStack(): MotoStack {
  const url = inject('motoUrl') ?? '';
  const aws = sdkClients(url);
  const reset = async (): Promise<void> => {
    await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  };
  let proxy: CountingProxy;
  beforeAll(async () => {
    await reset();
    proxy = await startCountingProxy(url);
  });
  afterAll(() => proxy.close());
  const stationkeeper = (...args: readonly string[]): Promise<Ended> =>
    run(args, { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: proxy.url });
  return {
    url,
    aws,
    get proxy() {
      return proxy;
    },
    stationkeeper,
    reset,
    async changes(path) {
      const { stdout } = await stationkeeper('plan', path, '--output', 'json');
      const { steps } = JSON.parse(stdout) as { readonly steps: readonly PlannedStep[] };
      return steps
        .filter((step) => step.action !== 'keep')
        .flatMap(({ id, changes }) => changes.map((change) => `${id} ${change.path}`))
        .toSorted((a, b) => a.localeCompare(b));
    },
  };
}
