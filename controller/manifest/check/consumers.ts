import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import type { ConsumerManifest } from '../schema/consumers.ts';
import { checkEach, checksOf } from './check.ts';

const check = checksOf<DaemonServiceManifestSpec>();

const SELECTORS = ['id', 'name', 'tags'] as const;

const selectors = checkEach<ConsumerManifest>(['consumers'], ({ securityGroup }, at, { report }) => {
  const given = SELECTORS.filter((selector) => securityGroup[selector] !== undefined);
  if (given.length === 1) return;
  report(
    [...at, 'securityGroup'],
    `has exactly one of ${SELECTORS.join(', ')}, not ${given.join(' and ') || 'none'}`,
  );
});

const names = check(['consumers'], ({ consumers = [] }, { report }) => {
  for (const [index, { name }] of consumers.entries()) {
    const first = consumers.findIndex((other) => other.name === name);
    if (first === index) continue;
    report(['spec', 'consumers', index, 'name'], `consumers[${first}] is called ${name} too; rename one`);
  }
});

const between = check(
  ['consumers', 'containers', 'networkMode', 'securityGroupIds'],
  ({ consumers = [], containers, networkMode = 'awsvpc', securityGroupIds }, { report }) => {
    if (consumers.length === 0) return;
    const at = ['spec', 'consumers'];
    if (networkMode !== 'awsvpc') {
      report(
        at,
        `tasks with networkMode ${networkMode} have the security groups of their hosts, which the controller does not change; write the rules there, and remove consumers, or write networkMode: awsvpc`,
      );
    } else if (securityGroupIds !== undefined) {
      report(
        at,
        'groups of securityGroupIds are used and never changed; write the rules there, and remove consumers, or write securityGroup instead of securityGroupIds',
      );
    } else if (containers.every(({ portMappings = [] }) => portMappings.length === 0)) {
      report(at, 'consumers reach the ports that containers map, and none maps one; add portMappings');
    }
  },
);

export const consumerChecks = [selectors, names, between];
