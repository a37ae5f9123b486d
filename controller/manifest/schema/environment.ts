import { Type } from 'typebox';
import type { Static } from 'typebox';
import { EXTERNAL_ID, ROLE_IN_ACCOUNT } from '../../core/arn.ts';
import { oneOf, text } from '../../core/schema.ts';
import { accountId, policyArn, regionName, rolePath, tagSelector, roleArn } from './text.ts';

export const environmentSpec = Type.Object(
  {
    region: Type.Optional(regionName("AWS region. Default: the region of the SDK's own configuration.")),
    account: Type.Optional(accountId('Refuse to act in any other account. Write it in quotes.')),
    vpc: Type.Optional(
      Type.Union(
        [
          text(
            '^(default|vpc-[0-9a-f]{8,17})$',
            'must be a VPC id such as vpc-0a1b2c3d, or default',
            'default, or a VPC id.',
          ),
          tagSelector('The one VPC that carries these tags.'),
        ],
        {
          description: 'default, a VPC id, or { tags: { Name: main } }. Default: the default VPC.',
          errorMessage: 'must be default, a VPC id such as vpc-0a1b2c3d, or { tags: { Name: main } }',
        },
      ),
    ),
    subnets: Type.Optional(
      Type.Union(
        [
          Type.Literal('default', { description: "The VPC's default subnets." }),
          Type.Array(
            text('^subnet-[0-9a-f]{8,17}$', 'must be a subnet id such as subnet-0a1b2c3d', 'A subnet id.'),
            { minItems: 1, maxItems: 16, uniqueItems: true, description: 'At most 16 subnet ids.' },
          ),
          tagSelector('The subnets of the VPC that carry these tags.'),
        ],
        {
          description:
            'default, a list of subnet ids, or { tags: { Tier: public } }. Default: the default subnets.',
          errorMessage:
            'must be default, a list of subnet ids such as [subnet-0a1b2c3d], or { tags: { Tier: public } }',
        },
      ),
    ),
    assignPublicIp: Type.Optional(
      Type.Boolean({
        description:
          'Whether tasks get a public address. Default: true in default subnets (they have no other way out), false in subnets you name.',
      }),
    ),
    roleArn: Type.Optional(
      roleArn('The role that the controller assumes for everything in this environment.'),
    ),
    roleName: Type.Optional(
      text(
        ROLE_IN_ACCOUNT,
        'must be the name of an IAM role, or its path and name such as teams/platform/stationkeeper; an ARN is written as roleArn',
        'Instead of roleArn: the role of this name, or path and name, in the account and the partition of the region, both of which it needs.',
        576,
      ),
    ),
    iam: Type.Optional(
      Type.Object(
        {
          path: Type.Optional(rolePath('Path of the roles that set none themselves. Default: /.')),
          permissionsBoundary: Type.Optional(
            policyArn('Permissions boundary of the roles that set none themselves. Default: none.'),
          ),
          executionRole: Type.Optional(
            oneOf(
              ['own', 'shared'],
              'own: each daemon has an execution role. shared: one for the Environment, stationkeeper-<environment>-execution, for the daemons that need no more than images of ECR and log groups below /stationkeeper/. Default: own.',
            ),
          ),
        },
        { additionalProperties: false, description: 'Settings for all roles in this environment.' },
      ),
    ),
    externalId: Type.Optional(
      text(
        EXTERNAL_ID,
        'must be 2 to 1224 letters, digits and _ + = , . @ : / -',
        "External id to send when the controller assumes that role, if its trust policy asks for it (sts:ExternalId). It is no secret: AWS's console shows it.",
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'Where manifests apply: an account, a region, a VPC, its subnets.',
  },
);
export type EnvironmentManifestSpec = Static<typeof environmentSpec>;
