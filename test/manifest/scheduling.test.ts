import { describe, expect, it } from 'vitest';
import { digest } from '../../controller/core/ownership.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { daemonText, errorsOf } from '../support/manifests/errors.ts';

type Fields = Readonly<Record<string, string>>;

const onEveryHost = (fields: Fields = {}) => daemonText({ schedulingStrategy: 'DAEMON', ...fields });

/** What a manifest wants of one kind of resource. */
function wanted(text: string, kind: string): unknown {
  const { manifests, errors } = parseManifests([{ file: 'a.yaml', text }]);
  expect(errors).toEqual([]);
  return expandManifests(manifests).desired.find(({ id }) => id.kind === kind)!.spec;
}

describe('a service with a task on every host', () => {
  it('is on EC2, has no count of its own, and keeps half of its tasks during a rollout', () => {
    const spec = wanted(onEveryHost(), 'service');
    expect(spec).toMatchObject({
      schedulingStrategy: 'DAEMON',
      launchType: 'EC2',
      minimumHealthyPercent: 50,
      maximumPercent: 100,
      availabilityZoneRebalancing: 'DISABLED',
    });
    expect(spec).not.toHaveProperty('desiredCount');
    expect(spec).not.toHaveProperty('platformVersion');
    expect(wanted(onEveryHost(), 'task-definition')).toMatchObject({ requiresCompatibilities: ['EC2'] });
  });

  it('is on hosts outside of AWS where its manifest says so', () => {
    const text = onEveryHost({ launchType: 'EXTERNAL', networkMode: 'host' });
    expect(wanted(text, 'service')).toMatchObject({ schedulingStrategy: 'DAEMON', launchType: 'EXTERNAL' });
    expect(wanted(text, 'task-definition')).toMatchObject({ requiresCompatibilities: ['EXTERNAL'] });
  });

  it('keeps as many during a rollout as its manifest says', () => {
    const text = onEveryHost({ deployment: '{ minimumHealthyPercent: 0 }' });
    expect(wanted(text, 'service')).toMatchObject({
      minimumHealthyPercent: 0,
      maximumPercent: 100,
    });
  });
});

it('means the same to write REPLICA and to write nothing, down to the digest', () => {
  const [written, unwritten] = [daemonText({ schedulingStrategy: 'REPLICA' }), daemonText()].map((text) =>
    digest(wanted(text, 'service')),
  );
  expect(written).toBe(unwritten);
});

/** By its fields, where it is told and how. */
const REFUSED: readonly (readonly [what: string, fields: Fields, path: string, says: RegExp])[] = [
  [
    'a desired count',
    { desiredCount: '3' },
    'spec.desiredCount',
    /desiredCount 3 with schedulingStrategy DAEMON; remove it: ECS counts the hosts that are eligible, or write schedulingStrategy: REPLICA/,
  ],
  [
    'a count of which others decide',
    { scaling: 'external' },
    'spec.scaling',
    /scaling external with schedulingStrategy DAEMON; remove it/,
  ],
  ['scaling', { scaling: '{ min: 1, max: 3 }' }, 'spec.scaling', /scaling with schedulingStrategy DAEMON/],
  [
    'Fargate',
    { launchType: 'FARGATE' },
    'spec.launchType',
    /launchType FARGATE with schedulingStrategy DAEMON; write EC2 or EXTERNAL, or write schedulingStrategy: REPLICA/,
  ],
  [
    'capacity providers',
    { capacityProviderStrategy: '[{ capacityProvider: mine }]' },
    'spec.capacityProviderStrategy',
    /capacityProviderStrategy with schedulingStrategy DAEMON; write launchType: EC2, and servicePlacementConstraints/,
  ],
  [
    "the cluster's capacity providers",
    { capacityProviderStrategy: '[]', requiresCompatibilities: '[EC2]' },
    'spec.capacityProviderStrategy',
    /capacityProviderStrategy with schedulingStrategy DAEMON; write launchType: EC2/,
  ],
  [
    'a placement strategy',
    { placementStrategy: '[{ type: random }]' },
    'spec.placementStrategy',
    /placementStrategy with schedulingStrategy DAEMON; remove it/,
  ],
  [
    'tasks that are evened out over zones',
    { availabilityZoneRebalancing: 'ENABLED' },
    'spec.availabilityZoneRebalancing',
    /ENABLED with schedulingStrategy DAEMON; write DISABLED, or remove it/,
  ],
  [
    'volumes that are made for each task',
    {
      volumes: '[{ name: disk, configuredAtLaunch: true }]',
      volumeConfigurations:
        '[{ name: disk, managedEBSVolume: { roleArn: "arn:aws:iam::385605022855:role/ebs", sizeInGiB: 5 } }]',
    },
    'spec.volumeConfigurations',
    /volumeConfigurations with schedulingStrategy DAEMON/,
  ],
  [
    'a Classic Load Balancer',
    {
      networkMode: 'bridge',
      containers: '[{ name: main, image: "a:1", portMappings: [{ containerPort: 80 }] }]',
      loadBalancers: '[{ loadBalancerName: web, containerName: main, containerPort: 80 }]',
    },
    'spec.loadBalancers[0].loadBalancerName',
    /loadBalancerName web with schedulingStrategy DAEMON; write targetGroupArn/,
  ],
  [
    'a second task on a host during a rollout',
    { deployment: '{ maximumPercent: 200 }' },
    'spec.deployment.maximumPercent',
    /maximumPercent 200 with schedulingStrategy DAEMON; write 100, or remove it/,
  ],
  [
    'a rollout that may stop no task',
    { deployment: '{ minimumHealthyPercent: 100 }' },
    'spec.deployment.minimumHealthyPercent',
    /a task stops before the next starts, and 100 lets none stop; write less, such as 50/,
  ],
  [
    'success before half of them are healthy',
    {
      deployment:
        '{ earlySuccessCriteria: { enable: true, healthyPercent: 40, sourceServiceRevisionCleanup: BLOCKING } }',
    },
    'spec.deployment.earlySuccessCriteria.healthyPercent',
    /40 is less than minimumHealthyPercent, which is 50/,
  ],
];

describe('what ECS refuses of a service with a task on every host', () => {
  it.each(REFUSED)('is told: %s', (_what, fields, path, says) => {
    const found = errorsOf(onEveryHost(fields));
    expect(found.map((error) => error.path)).toEqual([path]);
    expect(found[0]!.message).toMatch(says);
  });
});

it('tells that a host has but one task anyway', () => {
  const text = onEveryHost({ servicePlacementConstraints: '[{ type: distinctInstance }]' });
  const { errors, warnings } = parseManifests([{ file: 'a.yaml', text }]);
  expect(errors).toEqual([]);
  expect(warnings.map(({ path }) => path)).toEqual(['spec.servicePlacementConstraints[0].type']);
  expect(warnings[0]!.message).toMatch(
    /takes a constraint of type distinctInstance with schedulingStrategy DAEMON, and no host has a second task of it anyway; remove it/,
  );
});
