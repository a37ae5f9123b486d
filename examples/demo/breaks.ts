import { DescribeSecurityGroupRulesCommand, RevokeSecurityGroupEgressCommand } from '@aws-sdk/client-ec2';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Scene } from './scene.ts';

/** What somebody may do to the daemon behind the controller's back. */
export interface Break {
  readonly key: string;
  readonly title: string;
  /** What is to be seen next. */
  readonly next: string;
  /** Does it, and answers the command that would have done the same. */
  readonly act: () => Promise<string>;
}

type Reach = Pick<Scene, 'ec2' | 'ecs' | 'groupId' | 'controller' | 'sandbox'>;

export function breaksOf({ ec2, ecs, groupId, controller, sandbox }: Reach): readonly Break[] {
  return [
    {
      key: '1',
      title: 'take away the rule by which the application reaches the daemon',
      next: 'Press the button (Enter): no trace comes, and nothing complains. Ask why (p). The controller puts the rule back when it looks, within 30 seconds.',
      async act() {
        // It has just looked then, so that there is time to see what is missing.
        await controller.look();
        const { SecurityGroupRules = [] } = await ec2.send(
          new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }] }),
        );
        const ids = SecurityGroupRules.flatMap(({ SecurityGroupRuleId, IsEgress, IpProtocol }) =>
          IsEgress === true && IpProtocol === 'udp' ? (SecurityGroupRuleId ?? []) : [],
        );
        if (ids.length === 0)
          return 'There is no such rule any more: the controller has not put it back yet.';
        await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: groupId, SecurityGroupRuleIds: ids }));
        return `aws ec2 revoke-security-group-egress --group-id ${groupId} --security-group-rule-ids ${ids.join(' ')}`;
      },
    },
    {
      key: '2',
      title: 'kill a process of the daemon',
      next: 'ECS replaces its task, and the name leads to the new one. Traces go on.',
      act() {
        const pid = processesIn(sandbox.said()).at(-1);
        if (pid === undefined) return Promise.resolve('true # no process of the daemon runs');
        process.kill(pid, 'SIGKILL');
        return Promise.resolve(`kill -9 ${pid}`);
      },
    },
    {
      key: '3',
      title: 'scale the daemon to nothing',
      next: 'Its tasks stop, and traces with them, until the controller looks, within 30 seconds.',
      async act() {
        await controller.look();
        await ecs.send(new UpdateServiceCommand({ cluster: 'demo', service: 'xray-demo', desiredCount: 0 }));
        return 'aws ecs update-service --cluster demo --service xray-demo --desired-count 0';
      },
    },
  ];
}

/** The ids of the daemon's processes that have started and not ended, as the sandbox tells of them. */
export function processesIn(said: string): readonly number[] {
  const running = new Map<string, number>();
  for (const line of said.split('\n')) {
    const [, task = '', pid] = /^Container xray of task (\S+) .*? runs as process (\d+) /.exec(line) ?? [];
    if (pid !== undefined) running.set(task, Number(pid));
    const [, ended] = /^Container xray of task (\S+) .*? has ended /.exec(line) ?? [];
    if (ended !== undefined) running.delete(ended);
  }
  return [...running.values()];
}
