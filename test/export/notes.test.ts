import { describe, expect, it } from 'vitest';
import { exportFrom } from '../support/world/export.ts';
import { buildStack, MANAGED_EXECUTION_POLICY, otherTool } from '../support/world/other-tools.ts';
import { createWorld } from '../support/world/world.ts';

/** A stack whose execution role has one inline policy of these statements, in place of AWS's managed one. */
async function noteOn(statements: readonly object[] | undefined, version = '2012-10-17'): Promise<string> {
  const world = createWorld({ files: {} });
  await buildStack(world);
  const { call } = otherTool(world);
  const role = { RoleName: 'terraform-xray-execution' };
  await call('iam', 'DetachRolePolicy', { ...role, PolicyArn: MANAGED_EXECUTION_POLICY });
  if (statements !== undefined) {
    await call('iam', 'PutRolePolicy', {
      ...role,
      PolicyName: 'start',
      PolicyDocument: JSON.stringify({ Version: version, Statement: statements }),
    });
  }
  const { err } = await exportFrom(world);
  return /^note DaemonService\/xray: role terraform-xray-execution (.*)$/m.exec(err)?.[1] ?? '';
}

const TOKEN = { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' };
const PULL = {
  Effect: 'Allow',
  Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
  Resource: '*',
};
const LOGS = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: 'arn:aws:logs:us-east-1:385605022855:log-group:/terraform/terraform-xray:*',
};

describe('the note on a role that is only used', () => {
  it('names the statements that its policy lacks', async () => {
    expect(await noteOn([LOGS])).toBe(
      'stays as it is and is named by its ARN: its policy start does not have, as statements of their own, those of an execution role here: Allow ecr:GetAuthorizationToken on *; Allow ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on *',
    );
  });

  it('names what there would be, where it has no policy at all', async () => {
    expect(await noteOn(undefined)).toMatch(
      /it has no policy, and an execution role has Allow ecr:GetAuthorizationToken on \*; .*logs:PutLogEvents on arn:/,
    );
  });

  it('says that the order is another', async () => {
    expect(await noteOn([LOGS, TOKEN, PULL])).toMatch(
      /begins with \(Allow ecr:GetAuthorizationToken on \* …\) in another order$/,
    );
  });

  it('names the statement that no manifest can say', async () => {
    const unsaid = { Sid: 'Rest', Effect: 'Deny', NotAction: 's3:*', Resource: '*' };
    expect(await noteOn([TOKEN, PULL, LOGS, unsaid])).toMatch(
      /its policy start has a statement that no manifest can express: Deny on \* with NotAction \(Rest\)$/,
    );
  });

  it('names the version of the policy', async () => {
    expect(await noteOn([TOKEN, PULL, LOGS], '2008-10-17')).toMatch(
      /is of version 2008-10-17, and manifests write 2012-10-17$/,
    );
  });
});
