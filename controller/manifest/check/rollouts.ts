import { DAEMON_ROLLOUT, rolloutOf } from '../expand/service.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checksOf } from './check.ts';

/** How a new revision is rolled out. */

const check = checksOf<DaemonServiceManifestSpec>();

/** ECS rounds the minimum up and the maximum down to whole tasks. It refuses 100 and 100, and takes what comes to the same for a count of tasks. */
const progress = check(['deployment', 'desiredCount', 'scaling', 'schedulingStrategy'], (spec, context) => {
  const { report, warn } = context;
  const { minimumHealthyPercent: minimum, maximumPercent: maximum } = rolloutOf(spec);
  if (spec.schedulingStrategy === 'DAEMON') {
    if (minimum < 100) return;
    report(
      ['spec', 'deployment', 'minimumHealthyPercent'],
      `with schedulingStrategy DAEMON a task stops before the next starts, and ${minimum} lets none stop; write less, such as ${DAEMON_ROLLOUT.minimumHealthyPercent}`,
    );
    return;
  }
  // The fewer tasks, the less can be done with a share of them.
  const count = typeof spec.scaling === 'object' ? spec.scaling.min : (spec.desiredCount ?? 1);
  const canStart = count === 0 ? maximum > 100 : Math.floor((count * maximum) / 100) > count;
  const canStop = count === 0 ? minimum < 100 : Math.ceil((count * minimum) / 100) < count;
  if (canStart || canStop) return;
  const say = minimum === 100 && maximum === 100 ? report : warn;
  say(
    ['spec', 'deployment'],
    `minimumHealthyPercent ${minimum} and maximumPercent ${maximum} let a rollout of ${count} ${count === 1 ? 'task' : 'tasks'} neither start nor stop one; raise maximumPercent (200 is the default) or lower minimumHealthyPercent`,
  );
});

const rebalancing = check(
  ['deployment', 'availabilityZoneRebalancing', 'schedulingStrategy'],
  (spec, { report }) => {
    if (
      spec.schedulingStrategy !== 'DAEMON' &&
      spec.availabilityZoneRebalancing === 'ENABLED' &&
      rolloutOf(spec).maximumPercent <= 100
    ) {
      report(
        ['spec', 'availabilityZoneRebalancing'],
        'ENABLED needs a maximumPercent of more than 100: tasks are started in another zone before one is stopped',
      );
    }
  },
);

const breaker = check(['deployment'], ({ deployment }, { warn }) => {
  const circuitBreaker = deployment?.circuitBreaker;
  if (circuitBreaker?.enable === false && circuitBreaker.rollback === true) {
    warn(
      ['spec', 'deployment', 'circuitBreaker', 'rollback'],
      'nothing is rolled back without enable: true; write that, or remove rollback',
    );
  }
});

/** ECS API reference, DeploymentAlarms. */
const alarms = check(['deployment'], ({ deployment }, { report, warn }) => {
  if (deployment?.alarms === undefined) return;
  const { alarmNames, enable = true, rollback = enable } = deployment.alarms;
  const at = ['spec', 'deployment', 'alarms'];
  if (enable && alarmNames.length === 0) {
    report(
      [...at, 'alarmNames'],
      'alarms that are watched have names; add the name of a CloudWatch alarm, or write enable: false',
    );
  }
  if (!enable && rollback) {
    warn([...at, 'rollback'], 'nothing is rolled back without enable: true; write that, or remove rollback');
  }
});

/** ECS API reference, ThresholdConfiguration. */
const threshold = check(['deployment'], ({ deployment }, { report }) => {
  const { thresholdConfiguration } = deployment?.circuitBreaker ?? {};
  if (thresholdConfiguration === undefined) return;
  const { type, value } = thresholdConfiguration;
  if (type === 'COUNT' || value <= 100) return;
  report(
    ['spec', 'deployment', 'circuitBreaker', 'thresholdConfiguration', 'value'],
    `${value} is no percentage, and type is ${type}; write at most 100, or type: COUNT`,
  );
});

/** ECS API reference, DeploymentEarlySuccessCriteria: "You must also specify healthyPercent and sourceServiceRevisionCleanup". */
const earlySuccess = check(['deployment', 'schedulingStrategy'], (spec, { report }) => {
  const { earlySuccessCriteria } = spec.deployment ?? {};
  const { minimumHealthyPercent: minimum } = rolloutOf(spec);
  if (earlySuccessCriteria?.enable !== true) return;
  const { healthyPercent, sourceServiceRevisionCleanup } = earlySuccessCriteria;
  const at = ['spec', 'deployment', 'earlySuccessCriteria'];
  if (healthyPercent === undefined) {
    report(at, `healthyPercent is missing; add it, from minimumHealthyPercent, which is ${minimum}, to 100`);
  } else if (healthyPercent < minimum) {
    report(
      [...at, 'healthyPercent'],
      `${healthyPercent} is less than minimumHealthyPercent, which is ${minimum}; write at least that`,
    );
  }
  if (sourceServiceRevisionCleanup === undefined) {
    report(at, 'sourceServiceRevisionCleanup is missing; write BLOCKING or DEFERRED');
  }
});

export const rolloutChecks = [progress, rebalancing, breaker, alarms, threshold, earlySuccess];
