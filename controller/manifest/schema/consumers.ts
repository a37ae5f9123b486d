import { Type } from 'typebox';
import type { Static } from 'typebox';
import { text } from '../../core/schema.ts';
import { GROUP_TEXT, GROUP_TEXT_ERROR, GROUP_TEXT_MOST } from '../../kinds/security-group/facts.ts';
import { DNS_LABEL } from './text.ts';

const consumer = Type.Object(
  {
    name: text(
      DNS_LABEL,
      'must be a DNS label: at most 63 lower-case letters, digits and hyphens',
      'Name of the consumer here: part of the names of its rules.',
    ),
    securityGroup: Type.Object(
      {
        id: Type.Optional(
          text('^sg-[0-9a-f]{8,17}$', 'must be a security group id such as sg-0a1b2c3d', 'Its id.'),
        ),
        name: Type.Optional(
          text(
            GROUP_TEXT,
            GROUP_TEXT_ERROR,
            'Its name, in the VPC of the Environment or in one that is peered with it.',
            GROUP_TEXT_MOST,
          ),
        ),
        tags: Type.Optional(
          Type.Record(Type.String(), Type.String(), {
            minProperties: 1,
            description: 'Tags that only this group has there.',
          }),
        ),
      },
      {
        additionalProperties: false,
        description:
          "The consumer's security group, by exactly one of these: each port mapping gets an egress rule in it, to the daemon's group.",
      },
    ),
    ingress: Type.Optional(
      Type.Enum(['securityGroup', 'subnets'], {
        description:
          "The source of the ingress rules in the daemon's group: the consumer's group, which AWS then cannot delete before the rules, or the blocks of the consumer's subnets, which leaves the group free. Default: securityGroup.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type ConsumerManifest = Static<typeof consumer>;

export const consumers = Type.Array(consumer, {
  description:
    'The users of the daemon. The controller creates the rules between it and the security group of each, and changes nothing else there.',
});
