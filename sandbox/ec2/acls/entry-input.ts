import type { CreateNetworkAclEntryCommandInput } from '@aws-sdk/client-ec2';
import { AwsError } from '../../error.ts';
import { formatIpv4Cidr, requireIpv4Cidr, requireIpv6Cidr } from '../addresses.ts';
import type { AclEntry } from '../network-state.ts';

/** The last numbers are AWS's own (CreateNetworkAclEntry, EC2 API reference). */
const MAX_RULE_NUMBER = 32_766;

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = {
  all: '-1',
  icmp: '1',
  tcp: '6',
  udp: '17',
  icmpv6: '58',
};
const WITH_PORTS: readonly string[] = ['6', '17'];
const WITH_ICMP_TYPES: readonly string[] = ['1', '58'];

type EntryInput = Omit<CreateNetworkAclEntryCommandInput, 'NetworkAclId' | 'DryRun'>;

/** What tells the entry that a request is about. Throws MissingParameter, InvalidParameterValue. */
export function requestedKey(
  input: Pick<EntryInput, 'RuleNumber' | 'Egress'>,
): Pick<AclEntry, 'ruleNumber' | 'egress'> {
  const ruleNumber = required(input.RuleNumber, 'ruleNumber');
  const egress = required(input.Egress, 'egress');
  if (ruleNumber < 1 || ruleNumber > MAX_RULE_NUMBER) {
    throw invalid(ruleNumber, 'ruleNumber', `It must be from 1 to ${MAX_RULE_NUMBER}.`);
  }
  return { ruleNumber, egress };
}

/** An entry in its normal form: ports and ICMP types belong to protocols that have them. Throws MissingParameter, InvalidParameterValue. */
export function requestedEntry(input: EntryInput): AclEntry {
  const protocol = requestedProtocol(input.Protocol);
  const ruleAction = required(input.RuleAction, 'ruleAction');
  if (ruleAction !== 'allow' && ruleAction !== 'deny') {
    throw invalid(String(ruleAction), 'ruleAction', 'It must be allow or deny.');
  }
  return {
    ...requestedKey(input),
    protocol,
    ruleAction,
    block: requestedBlock(input),
    portRange: WITH_PORTS.includes(protocol) ? requestedPorts(input.PortRange) : undefined,
    icmpTypeCode: WITH_ICMP_TYPES.includes(protocol) ? requestedType(input.IcmpTypeCode) : undefined,
  };
}

function requestedProtocol(text: string | undefined): string {
  const protocol = required(text, 'protocol').toLowerCase();
  const number = Object.hasOwn(PROTOCOL_NUMBERS, protocol) ? PROTOCOL_NUMBERS[protocol]! : protocol;
  if (number !== '-1' && !(/^\d{1,3}$/.test(number) && Number(number) <= 255)) {
    throw invalid(protocol, 'protocol', 'It must be -1, or the name or the number of a protocol.');
  }
  return number;
}

function requestedBlock({ CidrBlock: ipv4, Ipv6CidrBlock: ipv6 }: EntryInput): AclEntry['block'] {
  if (ipv4 !== undefined && ipv6 === undefined) {
    return { CidrBlock: formatIpv4Cidr(requireIpv4Cidr(ipv4, 'cidrBlock')) };
  }
  if (ipv6 !== undefined && ipv4 === undefined) {
    return { Ipv6CidrBlock: requireIpv6Cidr(ipv6, 'ipv6CidrBlock') };
  }
  throw new AwsError('MissingParameter', 'The request must contain exactly one of cidrBlock, ipv6CidrBlock');
}

function requestedPorts(range: EntryInput['PortRange']): AclEntry['portRange'] {
  const From = required(range?.From, 'portRange.from');
  const To = required(range?.To, 'portRange.to');
  if (From < 0 || To > 65_535 || From > To) {
    throw invalid(`${From}-${To}`, 'portRange', 'It must go up within 0 and 65535.');
  }
  return { From, To };
}

function requestedType(type: EntryInput['IcmpTypeCode']): AclEntry['icmpTypeCode'] {
  return { Type: required(type?.Type, 'icmpTypeCode.type'), Code: required(type?.Code, 'icmpTypeCode.code') };
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
  }
  return value;
}

function invalid(value: string | number, parameter: string, rule: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${parameter} is invalid. ${rule}`,
  );
}
