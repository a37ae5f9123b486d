import { Type } from 'typebox';
import type { Static } from 'typebox';
import { text } from '../../core/schema.ts';
import {
  GROUP_TEXT,
  GROUP_TEXT_ERROR,
  GROUP_TEXT_MOST,
  SECURITY_GROUP_NAMING,
} from '../../kinds/security-group/facts.ts';
import { nameText } from './text.ts';

/** EC2 takes a protocol's name in any case, and its number as text too (EC2 API reference, IpPermission). */
const PROTOCOL =
  '^([tT][cC][pP]|[uU][dD][pP]|[iI][cC][mM][pP]([vV]6)?|[aA][lL][lL]|-1|[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])$';

function groupId(description: string) {
  return text('^sg-[0-9a-f]{8,17}$', 'must be a security group id such as sg-0a1b2c3d', description);
}

const ruleFields = {
  protocol: Type.Unsafe<string | number>({
    type: ['string', 'integer'],
    pattern: PROTOCOL,
    minimum: -1,
    maximum: 255,
    errorMessage: 'must be tcp, udp, icmp, icmpv6, all, or a protocol number from 0 to 255',
    description: 'tcp, udp, icmp, icmpv6, all, or a protocol number.',
  }),
  port: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 65535, description: 'One port; instead of fromPort and toPort.' }),
  ),
  fromPort: Type.Optional(
    Type.Integer({ minimum: -1, maximum: 65535, description: 'First port of a range; for ICMP the type.' }),
  ),
  toPort: Type.Optional(
    Type.Integer({ minimum: -1, maximum: 65535, description: 'Last port of a range; for ICMP the code.' }),
  ),
  cidr: Type.Optional(Type.String({ description: 'Peer: an IPv4 or IPv6 block, such as 172.31.0.0/16.' })),
  securityGroupId: Type.Optional(groupId('Peer: a security group.')),
  prefixListId: Type.Optional(
    text('^pl-[0-9a-f]{8,17}$', 'must be a prefix list id such as pl-0a1b2c3d', 'Peer: a prefix list.'),
  ),
  self: Type.Optional(
    Type.Literal(true, {
      description: "Peer: the group itself, so that the daemon's tasks reach each other.",
    }),
  ),
  securityGroup: Type.Optional(
    Type.Object(
      {
        id: groupId('The group.'),
        userId: text(
          '^[0-9]{12}$',
          'must be an AWS account id: 12 digits, in quotes',
          'The account that owns the group. Write it in quotes.',
        ),
        vpcPeeringConnectionId: Type.Optional(
          text(
            '^pcx-[0-9a-f]{8,17}$',
            'must be the id of a VPC peering connection such as pcx-0a1b2c3d',
            "The peering connection between this VPC and the group's.",
          ),
        ),
      },
      {
        additionalProperties: false,
        description:
          'Peer: a security group of another account, in a VPC of this Region that is peered with this one.',
      },
    ),
  ),
  description: Type.Optional(text(GROUP_TEXT, GROUP_TEXT_ERROR, 'The purpose of the rule.', GROUP_TEXT_MOST)),
};

const egressRule = Type.Object(ruleFields, { additionalProperties: false });
const ingressRule = Type.Object(
  {
    ...ruleFields,
    allowAnywhere: Type.Optional(
      Type.Boolean({ description: 'Confirms 0.0.0.0/0 or ::/0: the whole internet may connect.' }),
    ),
  },
  { additionalProperties: false },
);
export type RuleManifest = Static<typeof ingressRule>;

export const securityGroup = Type.Object(
  {
    name: Type.Optional(
      nameText(SECURITY_GROUP_NAMING, 'Name of the group in EC2, instead of metadata.name.'),
    ),
    description: Type.Optional(
      text(GROUP_TEXT, GROUP_TEXT_ERROR, 'AWS cannot change it in place.', GROUP_TEXT_MOST),
    ),
    ingress: Type.Optional(Type.Array(ingressRule, { description: 'Inbound rules. Default: none.' })),
    egress: Type.Optional(
      Type.Array(egressRule, {
        description: 'Outbound rules. Default: tcp 80, tcp 443 and udp 53 to 0.0.0.0/0; [] is none.',
      }),
    ),
  },
  { additionalProperties: false, description: "The service's security group and all its rules." },
);
