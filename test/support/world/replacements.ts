import { describeAccount, withoutDigests } from './account.ts';
import type { Account } from './account.ts';
import { MANIFESTS, createWorld, stepsOf } from './world.ts';
import type { World } from './world.ts';
import { expect } from 'vitest';

/** The daemon, before git changes of it what AWS can only replace. */
export const XRAY = MANIFESTS['xray.yaml'];

/** What AWS cannot change in place: how git changes it, the path at which it shows, and what is interrupted. */
export const CHANGES = {
  'the type of the DNS records': {
    change: (text: string) =>
      text.replace(
        'dnsRecords: [{ type: A, ttl: 60 }]',
        'dnsRecords: [{ type: SRV, ttl: 60 }]\n    port: 2000',
      ),
    held: 'hold policy discovery-service/xray',
    path: 'dnsRecords[SRV]',
    interrupts: 'its name, which resolves again once new tasks, or their hosts, are registered',
  },
  'an SRV record beside the A record': {
    change: (text: string) =>
      text.replace(
        'dnsRecords: [{ type: A, ttl: 60 }]',
        'dnsRecords: [{ type: A, ttl: 60 }, { type: SRV, ttl: 60 }]\n    port: 2000',
      ),
    held: 'hold policy discovery-service/xray',
    path: 'dnsRecords[SRV]',
    interrupts: 'its name, which resolves again once new tasks, or their hosts, are registered',
  },
  "the security group's description": {
    change: (text: string) => text.replace('securityGroup:\n', 'securityGroup:\n    description: traces\n'),
    held: 'hold policy security-group/xray',
    path: 'description',
    interrupts: "in the VPC's default group",
  },
  "the security group's name": {
    change: (text: string) => text.replace('securityGroup:\n', 'securityGroup:\n    name: tracing\n'),
    held: 'hold policy security-group/tracing',
    path: 'name',
    interrupts: 'by a rolling deployment, which interrupts nothing, and delete security-group/xray',
  },
} as const;

export function allowed(text: string): string {
  return text.replace(
    '  labels: { team: platform }',
    '  labels: { team: platform }\n  annotations: { stationkeeper.dev/allow-replace: "true" }',
  );
}

export async function converged(text = XRAY): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': text } });
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  world.calls.length = 0;
  return world;
}

/** The account as it would be, had it never been otherwise. */
export async function madeAnew(text: string): Promise<Account> {
  return withoutDigests(await describeAccount((await converged(text)).sandbox));
}

export async function endOf(world: World): Promise<Account> {
  const results = await world.loopFor(900_000);
  expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  return withoutDigests(await describeAccount(world.sandbox));
}
