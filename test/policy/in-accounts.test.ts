import { describe, expect, test } from 'vitest';
import { charactersOf } from '../../controller/policy/packing.ts';
import type { PolicyJson } from '../../controller/policy/packing.ts';
import { environmentTrusts } from '../../controller/policy/trust.ts';
import { ACCOUNT } from '../support/iam/documents.ts';
import { accountRole, policyOfAccountRole, policyOfOwnRole } from '../support/iam/shipped-roles.ts';

const CONTROLLER = `arn:aws:iam::${ACCOUNT}:role/controller`;
/** Most characters of a role's inline policies together, without white space (IAM and AWS STS quotas). */
const MOST_INLINE = 10_240;

describe('the role of deploy/accounts', () => {
  test('is allowed what the role of deploy/ecs is, whatever account and partition it is in', () => {
    const anywhere = JSON.stringify(policyOfOwnRole())
      .replaceAll('arn:aws:', 'arn:*:')
      .replaceAll(`:${ACCOUNT}:`, ':*:');
    expect(policyOfAccountRole()).toEqual(JSON.parse(anywhere) as PolicyJson);
  });

  test('writes rules in the groups of consumers where somebody takes the comment from its statement', () => {
    const before = policyOfAccountRole().Statement;
    const { Statement } = policyOfAccountRole((template) =>
      template.replaceAll(/# (- Sid: OpenConsumers| {2}(?:Effect|Action|Resource): .*)$/gm, '$1'),
    );
    expect(Statement.filter(({ Sid }) => !before.some((one) => one.Sid === Sid))).toEqual([
      {
        Sid: 'OpenConsumers',
        Effect: 'Allow',
        Action: ['ec2:AuthorizeSecurityGroupEgress', 'ec2:RevokeSecurityGroupEgress'],
        Resource: ['arn:*:ec2:*:*:security-group/*'],
      },
    ]);
  });

  test('has no more in its policy than a role takes', () => {
    expect(charactersOf(policyOfAccountRole())).toBeLessThanOrEqual(MOST_INLINE);
  });

  test.each([undefined, 'company:1'])(
    'trusts whom `policy` says it has to, with the external id %s',
    (id) => {
      const role = accountRole({
        ControllerRoleArn: CONTROLLER,
        RoleName: 'stationkeeper',
        ExternalId: id ?? '',
      });
      const environment = {
        name: 'production',
        roleArn: `arn:aws:iam::${ACCOUNT}:role/${role.RoleName}`,
        ...(id !== undefined && { externalId: id }),
      };
      const [trust] = environmentTrusts([environment], CONTROLLER);
      expect(role.AssumeRolePolicyDocument).toEqual(trust?.policy);
      expect(trust?.of).toBe(`arn:aws:iam::${ACCOUNT}:role/stationkeeper`);
    },
  );
});
