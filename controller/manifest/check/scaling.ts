import { isSameJson } from '../../core/ownership.ts';
import { policyNameOf } from '../expand/service.ts';
import type { Path } from '../position.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checksOf } from './check.ts';
import type { Report } from './check.ts';

const check = checksOf<DaemonServiceManifestSpec>();

type Scaling = Exclude<DaemonServiceManifestSpec['scaling'], 'external' | undefined>;
type Policy = NonNullable<Scaling['targetTracking']>[number];
type Customized = NonNullable<Policy['customizedMetricSpecification']>;

const AT = ['spec', 'scaling'];
const REQUESTS = 'ALBRequestCountPerTarget';

const bounds = check(['scaling', 'desiredCount'], ({ scaling, desiredCount }, { report }) => {
  if (typeof scaling !== 'object') return;
  const { min, max } = scaling;
  if (min > max) {
    report([...AT, 'min'], `min ${min} is more than max ${max}; write at most ${max}, or raise max`);
    return;
  }
  if (desiredCount !== undefined && (desiredCount < min || desiredCount > max)) {
    const nearest = desiredCount < min ? min : max;
    report(
      ['spec', 'desiredCount'],
      `the service begins with ${desiredCount} tasks, and scaling keeps it from ${min} to ${max}; write ${nearest}, or remove it to begin with ${Math.min(max, Math.max(min, 1))}`,
    );
  }
});

const policies = check(['scaling'], ({ scaling }, { report, warn }) => {
  if (typeof scaling !== 'object') return;
  const { targetTracking = [], min } = scaling;
  for (const [index, policy] of targetTracking.entries()) {
    checkMetric(policy, [...AT, 'targetTracking', index], report);
  }
  checkTwice(targetTracking, report);
  const usesTasks = targetTracking.some(({ predefinedMetricSpecification: metric }) =>
    metric?.predefinedMetricType.startsWith('ECSService'),
  );
  if (min === 0 && usesTasks) {
    warn(
      [...AT, 'min'],
      'with min 0 the service may have no task, and then a metric of its tasks scales nothing out; write 1, or track a metric that exists without tasks',
    );
  }
});

function checkMetric(policy: Policy, at: Path, report: Report): void {
  const { predefinedMetricSpecification: predefined, customizedMetricSpecification: customized } = policy;
  if (predefined === undefined && customized === undefined) {
    report(at, 'tracks no metric; write predefinedMetricSpecification or customizedMetricSpecification');
    return;
  }
  if (predefined !== undefined && customized !== undefined) {
    report(
      [...at, 'customizedMetricSpecification'],
      'a policy tracks one metric; remove this or predefinedMetricSpecification, or write a policy for each',
    );
    return;
  }
  if (predefined !== undefined) {
    const { predefinedMetricType: type, resourceLabel } = predefined;
    const where = [...at, 'predefinedMetricSpecification'];
    if (type === REQUESTS && resourceLabel === undefined) {
      report(
        where,
        `${REQUESTS} needs a resourceLabel: app/<load balancer>/<id>/targetgroup/<target group>/<id>`,
      );
    }
    if (type !== REQUESTS && resourceLabel !== undefined) {
      report([...where, 'resourceLabel'], `${type} takes no resourceLabel; remove it, or track ${REQUESTS}`);
    }
  }
  if (customized !== undefined) checkCustomized(customized, [...at, 'customizedMetricSpecification'], report);
}

function checkCustomized(customized: Customized, at: Path, report: Report): void {
  const { metrics } = customized;
  const alone = (['metricName', 'namespace', 'statistic'] as const).filter(
    (field) => customized[field] === undefined,
  );
  if (metrics === undefined) {
    if (alone.length > 0) report(at, `lacks ${alone.join(', ')}; a metric has all three, or metrics instead`);
    return;
  }
  const others = Object.keys(customized).filter((field) => field !== 'metrics');
  if (others.length > 0) {
    report([...at, others[0]!], `is combined with metrics; remove ${others.join(', ')}, or metrics`);
    return;
  }
  for (const [index, { expression, metricStat }] of metrics.entries()) {
    if ((expression === undefined) !== (metricStat === undefined)) continue;
    report([...at, 'metrics', index], 'a query has an expression or a metricStat: write one of them');
  }
  const returned = metrics.filter(({ returnData = true }) => returnData).length;
  if (returned !== 1) {
    report(
      [...at, 'metrics'],
      `${returned} of the queries return data, and one is tracked; write returnData: false at all others`,
    );
  }
}

/** AWS knows policies by their names, and takes one for a metric. */
function checkTwice(all: readonly Policy[], report: Report): void {
  for (const [index, policy] of all.entries()) {
    const at = [...AT, 'targetTracking', index];
    const before = all.slice(0, index);
    const metricOf = ({ predefinedMetricSpecification, customizedMetricSpecification }: Policy) => ({
      predefinedMetricSpecification,
      customizedMetricSpecification,
    });
    if (before.some((other) => isSameJson(metricOf(other), metricOf(policy)))) {
      report(at, 'another policy tracks the same metric, and AWS takes one for each; remove one of them');
    } else if (before.some((other) => policyNameOf(other) === policyNameOf(policy))) {
      report(at, `another policy is called ${policyNameOf(policy)}; give each a policyName of its own`);
    }
  }
}

export const scalingChecks = [bounds, policies];
