import { describe, expect, it } from 'vitest';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';

const CPU = { predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' } };
const QUEUE = { metricName: 'Depth', namespace: 'Queue', statistic: 'Average' };

function textOf(spec: object): string {
  return yamlOf(cluster(), daemonService(spec));
}

/** What is said against a daemon service: `path: message`. */
function said(spec: object): readonly string[] {
  const { errors, warnings } = parseManifests([{ file: 'all.yaml', text: textOf(spec) }]);
  return [...errors, ...warnings].map(({ path, message }) => `${path}: ${message}`);
}

function tracking(...targetTracking: readonly object[]) {
  return { scaling: { min: 1, max: 4, targetTracking } };
}

describe('scaling that AWS would refuse, or that cannot be', () => {
  it.each<readonly [string, object, string]>([
    [
      'another word',
      { scaling: 'internal' },
      'spec.scaling: must be external, or { min: 2, max: 10, targetTracking: […] }',
    ],
    ['no maximum', { scaling: { min: 1 } }, 'spec.scaling.max: max is missing'],
    [
      'a key of its own',
      { scaling: { min: 1, max: 2, suspendedState: {} } },
      'spec.scaling.suspendedState: ',
    ],
    [
      'a minimum above the maximum',
      { scaling: { min: 5, max: 4 } },
      'spec.scaling.min: min 5 is more than max 4; write at most 4, or raise max',
    ],
    [
      'a beginning below the minimum',
      { scaling: { min: 2, max: 4 }, desiredCount: 1 },
      'spec.desiredCount: the service begins with 1 tasks, and scaling keeps it from 2 to 4; write 2, or remove it to begin with 2',
    ],
    [
      'a beginning above the maximum',
      { scaling: { min: 0, max: 4 }, desiredCount: 5 },
      'spec.desiredCount: the service begins with 5 tasks, and scaling keeps it from 0 to 4; write 4, or remove it to begin with 1',
    ],
    [
      'more tasks than a discovery service holds',
      { scaling: { min: 1, max: 1001 }, serviceDiscovery: { namespace: 'example.org' } },
      'spec.scaling.max: a service in service discovery can have at most 1000 tasks',
    ],
    [
      'no metric',
      tracking({ targetValue: 1 }),
      'spec.scaling.targetTracking[0]: tracks no metric; write predefinedMetricSpecification or customizedMetricSpecification',
    ],
    [
      'two metrics',
      tracking({ ...CPU, targetValue: 1, customizedMetricSpecification: QUEUE }),
      'spec.scaling.targetTracking[0].customizedMetricSpecification: a policy tracks one metric',
    ],
    [
      'a target of nothing',
      tracking({ ...CPU, targetValue: 0 }),
      'spec.scaling.targetTracking[0].targetValue: must be more than 0, not 0',
    ],
    [
      'a target in words',
      tracking({ ...CPU, targetValue: '60%' }),
      'spec.scaling.targetTracking[0].targetValue: must be a number; write 60 without its unit',
    ],
    [
      'a metric that is none of ECS',
      tracking({
        targetValue: 1,
        predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCpuUtilization' },
      }),
      'did you mean "ECSServiceAverageCPUUtilization"?',
    ],
    [
      'requests without a target group',
      tracking({
        targetValue: 1,
        predefinedMetricSpecification: { predefinedMetricType: 'ALBRequestCountPerTarget' },
      }),
      'spec.scaling.targetTracking[0].predefinedMetricSpecification: ALBRequestCountPerTarget needs a resourceLabel',
    ],
    [
      'a label of CPU',
      tracking({
        targetValue: 1,
        predefinedMetricSpecification: { ...CPU.predefinedMetricSpecification, resourceLabel: 'a' },
      }),
      'spec.scaling.targetTracking[0].predefinedMetricSpecification.resourceLabel: ECSServiceAverageCPUUtilization takes no resourceLabel',
    ],
    [
      'half a metric of its own',
      tracking({ targetValue: 1, customizedMetricSpecification: { metricName: 'Depth' } }),
      'spec.scaling.targetTracking[0].customizedMetricSpecification: lacks namespace, statistic',
    ],
    [
      'a metric beside metric math',
      tracking({
        targetValue: 1,
        customizedMetricSpecification: { ...QUEUE, metrics: [{ id: 'a', expression: '1' }] },
      }),
      'is combined with metrics; remove metricName, namespace, statistic, or metrics',
    ],
    [
      'metric math that returns two',
      tracking({
        targetValue: 1,
        customizedMetricSpecification: {
          metrics: [
            { id: 'a', expression: '1' },
            { id: 'b', expression: '2' },
          ],
        },
      }),
      '2 of the queries return data, and one is tracked; write returnData: false at all others',
    ],
    [
      'a query of nothing',
      tracking({ targetValue: 1, customizedMetricSpecification: { metrics: [{ id: 'a' }] } }),
      'a query has an expression or a metricStat: write one of them',
    ],
    [
      'one metric twice',
      tracking({ ...CPU, targetValue: 1 }, { ...CPU, targetValue: 2, policyName: 'other' }),
      'spec.scaling.targetTracking[1]: another policy tracks the same metric',
    ],
    [
      'one name twice',
      tracking(
        { ...CPU, targetValue: 1, policyName: 'same' },
        { targetValue: 2, policyName: 'same', customizedMetricSpecification: QUEUE },
      ),
      'spec.scaling.targetTracking[1]: another policy is called same; give each a policyName of its own',
    ],
    [
      'no task to measure',
      { scaling: { min: 0, max: 4, targetTracking: [{ ...CPU, targetValue: 60 }] } },
      'spec.scaling.min: with min 0 the service may have no task',
    ],
  ])('is told: %s', (_, spec, message) => {
    expect(said(spec).filter((one) => one.includes(message))).toHaveLength(1);
  });

  it('is all that is told', () => {
    const customized = {
      targetValue: 7.5,
      customizedMetricSpecification: { ...QUEUE, dimensions: { Name: 'a' } },
    };
    expect(
      said({ scaling: { min: 1, max: 4, targetTracking: [{ ...CPU, targetValue: 60 }, customized] } }),
    ).toEqual([]);
    expect(said({ scaling: 'external', desiredCount: 3 })).toEqual([]);
  });
});

describe('what a daemon service that is scaled wants of AWS', () => {
  function desired(spec: object) {
    const { manifests } = parseManifests([{ file: 'all.yaml', text: textOf(spec) }]);
    return expandManifests(manifests).desired;
  }
  const serviceOf = (spec: object) => desired(spec).find(({ id }) => id.kind === 'service')?.spec;

  it.each([
    [{ scaling: { min: 3, max: 9 } }, 3],
    [{ scaling: { min: 0, max: 9 } }, 1],
    [{ scaling: { min: 3, max: 9 }, desiredCount: 5 }, 5],
    [{ scaling: 'external' }, 1],
    [{ scaling: 'external', desiredCount: 4 }, 4],
  ])('begins within its bounds: %j', (spec, desiredCount) => {
    expect(serviceOf(spec)).toMatchObject({ desiredCount });
  });

  it('is registered under the name of its service, each policy under what it tracks', () => {
    const [target] = desired({
      serviceName: 'gateway',
      ...tracking({ ...CPU, targetValue: 60 }, { targetValue: 5, customizedMetricSpecification: QUEUE }),
    }).filter(({ id }) => id.kind === 'scalable-target');
    expect(target?.id).toMatchObject({ name: 'gateway', scope: 'main' });
    expect(target?.spec).toMatchObject({
      min: 1,
      max: 4,
      targetTracking: [{ policyName: 'ECSServiceAverageCPUUtilization' }, { policyName: 'Depth' }],
    });
  });

  it('says nothing new where a manifest says nothing of scaling', () => {
    expect(serviceOf({ desiredCount: 2 })).not.toHaveProperty('scaledBy');
    expect(desired({}).some(({ id }) => id.kind === 'scalable-target')).toBe(false);
  });
});
