import { isKnownRegion } from '../../aws/partitions.ts';
import { whyNotNamed } from '../../core/name-rules.ts';
import { didYouMean } from '../../core/suggest.ts';
import { LOG_GROUP_NAMING } from '../../kinds/log-group/facts.ts';
import { AWSLOGS_OPTIONS, NEEDED_LOG_OPTIONS, NEEDED_ON_FARGATE } from '../../core/log-configuration.ts';
import type { Path } from '../position.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checkEach, checksOf } from './check.ts';
import type { CheckContext, Report } from './check.ts';
import { checkSource } from './container-variables.ts';
import { checkedFor } from './launch-types.ts';
import { saidIn } from './pairs.ts';

const check = checksOf<DaemonServiceManifestSpec>();
const each = (run: Parameters<typeof checkEach<ContainerManifest>>[1]) => checkEach(['containers'], run);

type Options = Readonly<Record<string, string>>;

/** What ECS refuses of the options of a driver (ECS API reference, LogConfiguration). */
const options = each(({ logConfiguration }, at, context) => {
  if (logConfiguration === undefined) return;
  const { logDriver, options: written = {}, secretOptions = [] } = logConfiguration;
  const path = [...at, 'logConfiguration', 'options'];
  const isOnFargate = saidIn(context, checkedFor('FARGATE')) !== undefined;
  const needed = [
    ...(NEEDED_LOG_OPTIONS[logDriver] ?? []),
    ...(isOnFargate ? (NEEDED_ON_FARGATE[logDriver] ?? []) : []),
  ];
  const secret = new Set(secretOptions.map(({ name }) => name));
  const missing = needed.filter((name) => (written[name] ?? '') === '' && !secret.has(name));
  if (missing.length > 0) {
    context.report(
      path,
      `${logDriver} needs ${missing.join(', ')}; add ${missing.length === 1 ? 'it' : 'them'}`,
    );
  }
  secretOptions.forEach(({ name, valueFrom }, nth) => {
    const option = [...at, 'logConfiguration', 'secretOptions', nth];
    if (secretOptions.findIndex((other) => other.name === name) !== nth) {
      context.report([...option, 'name'], `${name} is set twice; remove one`);
    } else if (Object.hasOwn(written, name)) {
      context.warn([...option, 'name'], `ECS takes it, and ${name} is set in options too; remove one`);
    }
    checkSource(valueFrom, [...option, 'valueFrom'], context);
  });
  if (logDriver === 'none') return;
  const { mode = 'blocking' } = written;
  if (mode !== 'blocking' && mode !== 'non-blocking') {
    context.report([...path, 'mode'], 'must be blocking or non-blocking');
  }
  checkBuffer(written, path, context);
  if (logDriver === 'awsfirelens') checkRoutedBuffer(written, path, context);
  if (logDriver === 'awslogs') checkAwslogs(written, path, context);
});

function checkAwslogs(written: Options, path: Path, { report, warn }: CheckContext): void {
  for (const name of Object.keys(written)) {
    if (AWSLOGS_OPTIONS.includes(name)) continue;
    report(
      [...path, name],
      `awslogs has no option ${JSON.stringify(name)}; ${didYouMean(name, AWSLOGS_OPTIONS, 'its options are')}`,
    );
  }
  const {
    'awslogs-create-group': create = 'true',
    'awslogs-datetime-format': datetime = '',
    'awslogs-multiline-pattern': pattern = '',
    'awslogs-region': region = '',
    'awslogs-group': group = '',
  } = written;
  // In any case: AWS's own templates write True (amazon-cloudwatch-container-insights, ecs-task-definition-templates).
  if (create.toLowerCase() !== 'true')
    report([...path, 'awslogs-create-group'], 'must be "true", or left out');
  if (datetime !== '' && pattern !== '') {
    warn(
      [...path, 'awslogs-multiline-pattern'],
      'ECS takes it, and awslogs takes one of the two: remove this, or awslogs-datetime-format',
    );
  }
  if (region !== '' && !isKnownRegion(region)) {
    warn(
      [...path, 'awslogs-region'],
      `the AWS SDK of this version knows no Region ${region}; if it is no new one, correct it`,
    );
  }
  const why = group === '' ? undefined : whyNotNamed(LOG_GROUP_NAMING, group);
  if (why !== undefined) warn([...path, 'awslogs-group'], `${DOES_NOT_START}: the name ${why}`);
}

const DOES_NOT_START = 'ECS takes it, and the task does not start';

/** As Docker reads a size. */
const SIZE = /^\d+(?:\.\d+)?\s?(?:[kmgtp]i?b?|b)?$/i;

/** `max-buffer-size` is ECS's alone to refuse, and it does not: the driver of the host does. */
function checkBuffer(written: Options, path: Path, { warn }: CheckContext): void {
  const { 'max-buffer-size': buffer, mode } = written;
  if (buffer === undefined) return;
  const at = [...path, 'max-buffer-size'];
  if (!SIZE.test(buffer)) warn(at, 'must be a size such as 25m');
  else if (mode === 'blocking') {
    warn(at, 'it is for mode non-blocking, and the mode is blocking; remove one of the two');
  }
}

/** Events that Docker keeps for a log router, in bytes (ECS developer guide, FireLens, log-driver-buffer-limit). */
const MOST_ROUTED = 536_870_912;

function checkRoutedBuffer(written: Options, path: Path, { report }: CheckContext): void {
  const { 'log-driver-buffer-limit': limit } = written;
  if (limit === undefined || (/^\d+$/.test(limit) && Number(limit) <= MOST_ROUTED)) return;
  report([...path, 'log-driver-buffer-limit'], `must be a number from 0 to ${MOST_ROUTED}`);
}

/** A log stream is called <prefix>/<container>/<task id> (ECS developer guide, awslogs). */
const MOST_IN_STREAM = 512;
const TASK_ID = 'x'.repeat(32);

const streams = check(
  ['containers', 'logs'],
  ({ containers, logs = {} }, { name: manifest, report, warn }) => {
    if (containers.length === 0) return;
    containers.forEach(({ name, logConfiguration: own }, index) => {
      if (own === undefined) {
        if (logs.logDriver === 'none') return;
        checkStream(logs.streamPrefix ?? manifest, name, ['spec', 'logs', 'streamPrefix'], '', report);
      } else if (own.logDriver === 'awslogs') {
        const prefix = own.options?.['awslogs-stream-prefix'] ?? '';
        const at = ['spec', 'containers', index, 'logConfiguration', 'options', 'awslogs-stream-prefix'];
        checkStream(prefix, name, at, `${DOES_NOT_START}: `, warn);
      }
    });
  },
);

function checkStream(prefix: string, container: string, at: Path, says: string, say: Report): void {
  const { length } = `${prefix}/${container}/${TASK_ID}`;
  if (/[:*]/.test(prefix)) say(at, `${says}log streams have names without colons and asterisks; remove them`);
  else if (length > MOST_IN_STREAM) {
    say(
      at,
      `${says}log streams of container ${container} would have ${length} characters and CloudWatch Logs allows ${MOST_IN_STREAM}; shorten the prefix`,
    );
  }
}

export const logChecks = [options, streams];
