import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostOf } from '../../controller/manifest/host.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';
import type { Existing } from '../support/manifests/generated/existing.ts';
import { anyBundle, anyDaemon } from '../support/manifests/generated/fleet.ts';
import { worldBesideAnother } from '../support/manifests/generated/world.ts';
import { definitionOf, refusalsOf } from '../support/manifests/registered.ts';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

/** Validate and the sandbox judge by rules of their own: what one lets through and the other does not is wrong in one of them. */

type Daemon = ManifestDocument<'DaemonService'>;

const VALID = 300;
/** Of which most have something that does not go together. */
const DRAWN = 600;

/** What validate refuses for the sake of another call, or of the language: RegisterTaskDefinition takes it. */
const OF_OTHERS: readonly RegExp[] = [
  /^spec\.(serviceDiscovery|securityGroup|securityGroupIds|platformVersion|availabilityZoneRebalancing|deployment|logs)\b/,
  /^spec\.(desiredCount|scaling|loadBalancers|serviceConnectConfiguration)\b/,
  /^spec\.(launchType|capacityProviderStrategy|placementStrategy|servicePlacementConstraints|volumeConfigurations)\b/,
  /^spec\.volumes\[\d+\]\.configuredAtLaunch\b/,
  /^spec\.(taskRole|executionRole|enableExecuteCommand)\b/,
  /^spec\.requiresCompatibilities: the service runs on/,
  // What is compared by its type is there once.
  /resourceRequirements\[\d+\]\.type: \w+ is asked for twice/,
];

/** A daemon service that is valid, but that one of its fields is another's. */
function anyPair(): fc.Arbitrary<Daemon> {
  return fc
    .tuple(anyBundle({ existing }), anyDaemon({ existing }), fc.nat())
    .map(([{ daemon }, other, wish]) => {
      const [ours, ...more] = daemon.spec.containers;
      const { name: _name, ...theirs } = other.spec.containers[0]!;
      const { containers: _containers, cluster: _cluster, ...spec } = other.spec;
      const grafts = [
        ...Object.entries(spec).map((field) => ({ ...daemon.spec, ...Object.fromEntries([field]) })),
        ...Object.entries(theirs).map((field) => ({
          ...daemon.spec,
          containers: [{ ...ours!, ...Object.fromEntries([field]) }, ...more],
        })),
      ];
      return { ...daemon, spec: grafts[wish % grafts.length] ?? daemon.spec };
    });
}

let aws: EcsSandbox;
let existing: Existing;
beforeAll(async () => {
  aws = await ecsSandbox();
  ({ existing } = await worldBesideAnother());
});

/** What AWS says against the definition of a daemon service, or where it could not run then; undefined where nothing. */
async function refusedByAws({ spec }: Daemon): Promise<string | undefined> {
  const host = hostOf(spec);
  try {
    const { taskDefinition } = await aws.ecs('RegisterTaskDefinition', definitionOf(spec));
    if (taskDefinition?.compatibilities?.includes(host) === true) return undefined;
    return `Task definition does not support launch_type ${host}.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('RegisterTaskDefinition', () => {
  test('takes what validate takes', async () => {
    const refused: unknown[] = [];
    for (const { daemon } of fc.sample(anyBundle({ existing }), { numRuns: VALID, seed: 2 })) {
      if (refusalsOf(daemon).length > 0) continue;
      const refusal = await refusedByAws(daemon);
      if (refusal !== undefined) refused.push({ refusal, definition: definitionOf(daemon.spec) });
    }
    expect(refused).toEqual([]);
  });

  test.each([
    [
      'with all that chance brings together',
      () => fc.sample(anyDaemon({ existing }), { numRuns: DRAWN, seed: 3 }),
    ],
    ['of which one field is another’s', () => fc.sample(anyPair(), { numRuns: DRAWN, seed: 4 })],
  ])(
    'takes nothing that validate refuses for it, and refuses nothing that validate takes, %s',
    async (_what, drawn) => {
      const letThrough: unknown[] = [];
      const overdone: string[] = [];
      let refused = 0;
      for (const daemon of drawn()) {
        const refusal = await refusedByAws(daemon);
        const refusals = refusalsOf(daemon);
        if (refusal === undefined) {
          overdone.push(...refusals.filter((said) => !OF_OTHERS.some((pattern) => pattern.test(said))));
          continue;
        }
        refused += 1;
        if (refusals.length === 0) letThrough.push({ refusal, spec: daemon.spec });
      }
      expect(letThrough).toEqual([]);
      expect(overdone).toEqual([]);
      expect(refused).toBeGreaterThan(DRAWN / 10);
    },
  );
});
