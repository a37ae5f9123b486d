import { expect, it } from 'vitest';
import { commitLink, linksOf } from '../../controller/status/links.ts';
import { desiredResource } from '../support/plans/resources.ts';
import { keepStep } from '../support/plans/steps.ts';

function stepsOf(...arns: readonly string[]) {
  return arns.map((arn) => keepStep({ arn }));
}

it('leads to the service and its log group, in the console of their partition', () => {
  expect(
    linksOf(
      stepsOf(
        'arn:aws:iam::385605022855:role/xray',
        'arn:aws:ecs:us-east-1:385605022855:service/xray-daemon-cluster/xray',
        'arn:aws:logs:us-east-1:385605022855:log-group:/stationkeeper/xray',
      ),
    ),
  ).toEqual({
    console:
      'https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/xray-daemon-cluster/services/xray/health?region=us-east-1',
    logs: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fstationkeeper$252Fxray',
  });
  expect(linksOf(stepsOf('arn:aws-cn:ecs:cn-north-1:385605022855:service/c/d'))).toEqual({
    console: 'https://cn-north-1.console.amazonaws.cn/ecs/v2/clusters/c/services/d/health?region=cn-north-1',
  });
});

it('leads to its own log group before one that a container names', () => {
  const arn = (name: string) => `arn:aws:logs:us-east-1:385605022855:log-group:${name}`;
  const named = { ...keepStep({ arn: arn('/audit') }), desired: desiredResource() };
  const yielding = { ...named, desired: { ...named.desired, yields: { others: [] } } };
  expect(linksOf([yielding, ...stepsOf(arn('/own'))])?.logs).toMatch(/\$252Fown$/);
  expect(linksOf([yielding])?.logs).toMatch(/\$252Faudit$/);
});

it('leads nowhere in a partition whose console is not known, and without ARNs', () => {
  expect(linksOf(stepsOf('arn:aws-new:ecs:x-1:385605022855:service/c/d'))).toBeUndefined();
  expect(linksOf([])).toBeUndefined();
});

it.each([
  ['https://github.com/acme/infra.git', 'https://github.com/acme/infra/commit/c0ffee'],
  ['git@github.com:acme/infra.git', 'https://github.com/acme/infra/commit/c0ffee'],
  ['ssh://git@gitlab.example.org:22/acme/infra', 'https://gitlab.example.org/acme/infra/-/commit/c0ffee'],
  ['https://bitbucket.org/acme/infra', 'https://bitbucket.org/acme/infra/commits/c0ffee'],
  ['https://git.example.org/daemons', undefined],
  ['file:///srv/github.git', undefined],
])('the commit of %s is at %s', (url, link) => {
  expect(commitLink({ type: 'git', url, revision: 'c0ffee', errors: [], ignored: [] })).toBe(link);
});

it('a folder has no commits', () => {
  expect(
    commitLink({
      type: 'directory',
      url: '/srv/github.com/a/b',
      revision: 'sha256:1',
      errors: [],
      ignored: [],
    }),
  ).toBeUndefined();
});
