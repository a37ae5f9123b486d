import { expect, test, vi } from 'vitest';
import { sandboxTransport } from '../../controller/sandbox-transport.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const PLACE = { region: 'us-east-1', accountId: '111111111111' };
const WHO = { service: 'sts', operation: 'GetCallerIdentity', input: {} } as const;

function transportTo(target: { readonly roleArn?: string } = {}) {
  const transport = sandboxTransport(createSandbox({ clock: new VirtualClock() }), PLACE)(target);
  return () => transport({ ...WHO, signal: new AbortController().signal });
}

test('timers and signals go on between calls into the sandbox of the same process, as between those over a socket', async () => {
  const heard = vi.fn<() => void>();
  setImmediate(heard);
  await transportTo()();
  expect(heard).toHaveBeenCalledOnce();
});

test('a call for a role of another account is made in that account', async () => {
  expect(await transportTo()()).toMatchObject({ Account: '111111111111' });
  const roleArn = 'arn:aws:iam::222222222222:role/deploy';
  expect(await transportTo({ roleArn })()).toMatchObject({ Account: '222222222222' });
});
