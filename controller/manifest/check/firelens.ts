import { didYouMean } from '../../core/suggest.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checkEach, checksOf } from './check.ts';

/** FireLens: a container that is the log router of its task, and those that log through it. */

const check = checksOf<DaemonServiceManifestSpec>();

/**
 * One router, and somebody who logs through it (amazon-cloudwatch-logs-for-fluent-bit#20; cdk-preflight, pf-ecs-awsfirelens-without-router).
 */
const routers = check(['containers'], ({ containers }, { report, warn }) => {
  const at = containers.flatMap(({ firelensConfiguration }, index) =>
    firelensConfiguration === undefined ? [] : [index],
  );
  const users = containers.flatMap(({ logConfiguration }, index) =>
    logConfiguration?.logDriver === 'awsfirelens' ? [index] : [],
  );
  const [router, ...more] = at;
  if (router === undefined) {
    for (const user of users) {
      report(
        ['spec', 'containers', user, 'logConfiguration', 'logDriver'],
        'awsfirelens needs a log router: a container of the task with a firelensConfiguration; add one, or write awslogs, splunk or none',
      );
    }
    return;
  }
  const { name, essential } = containers[router]!;
  for (const other of more) {
    report(
      ['spec', 'containers', other, 'firelensConfiguration'],
      `container ${name} is the log router of the task already; remove one firelensConfiguration`,
    );
  }
  if (users.length === 0) {
    report(
      ['spec', 'containers', router, 'firelensConfiguration'],
      `no container logs through the log router ${name}; write logConfiguration: { logDriver: awsfirelens } in one, or remove it`,
    );
  }
  if (users.includes(router)) {
    warn(
      ['spec', 'containers', router, 'logConfiguration', 'logDriver'],
      `ECS takes it, and the log router ${name} would wait for itself to log; write awslogs or none`,
    );
  }
  if (essential === false) {
    warn(
      ['spec', 'containers', router, 'essential'],
      `when the log router ${name} stops, the others go on and their logs are lost; leave essential out`,
    );
  }
});

/** ECS API reference, FirelensConfiguration. */
const OPTIONS = ['enable-ecs-log-metadata', 'config-file-type', 'config-file-value'];
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'enable-ecs-log-metadata': ['true', 'false'],
  'config-file-type': ['s3', 'file'],
};
/** "Invalid arn syntax" is what ECS says of others. */
const OBJECT_IN_S3 = /^arn:[a-z-]+:s3:::[^/]+\/.+$/;

const options = checkEach<ContainerManifest>(
  ['containers'],
  ({ firelensConfiguration }, at, { report, warn }) => {
    const { options: written = {} } = firelensConfiguration ?? {};
    const path = [...at, 'firelensConfiguration', 'options'];
    for (const [name, value] of Object.entries(written)) {
      const words = WORDS[name];
      if (words?.includes(value) === false) {
        report([...path, name], `${JSON.stringify(value)} must be one of ${words.join(', ')}`);
      } else if (!OPTIONS.includes(name)) {
        warn(
          [...path, name],
          `ECS takes it, and FireLens has no option ${JSON.stringify(name)}; ${didYouMean(name, OPTIONS, 'its options are')}`,
        );
      }
    }
    const { 'config-file-type': type, 'config-file-value': file } = written;
    if (type !== undefined && (file === undefined || file === '')) {
      report(
        [...path, 'config-file-value'],
        `config-file-type ${type} needs config-file-value, where the file is; add it`,
      );
    } else if (type === undefined && file !== undefined) {
      report([...path, 'config-file-value'], 'config-file-value needs config-file-type, file or s3; add it');
    } else if (type === 's3' && file !== undefined && !OBJECT_IN_S3.test(file)) {
      report(
        [...path, 'config-file-value'],
        'with config-file-type s3 it must be the ARN of an object, such as arn:aws:s3:::bucket/fluent-bit.conf',
      );
    }
  },
);

export const firelensChecks = [routers, options];
