import { meantCidr, parseCidr } from '../cidr.ts';
import { normalizeRule } from '../rules.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import type { RuleManifest } from '../schema/security-group.ts';
import { checkEach, checksOf } from './check.ts';

const check = checksOf<DaemonServiceManifestSpec>();

const exclusive = check(['securityGroup', 'securityGroupIds'], (spec, { report }) => {
  if (spec.securityGroup === undefined || spec.securityGroupIds === undefined) return;
  report(
    ['spec', 'securityGroupIds'],
    'securityGroupIds brings existing groups and securityGroup makes one; remove one of the two',
  );
});

const rules = (['ingress', 'egress'] as const).flatMap((direction) => [
  checkEach<RuleManifest>(['securityGroup', direction], (rule, at, { report, warn }) => {
    const problems = ruleProblems(rule, direction);
    for (const { field, message } of problems) report(field === undefined ? at : [...at, field], message);
    if (problems.length > 0) return;
    for (const { field, message } of ruleDoubts(rule))
      warn(field === undefined ? at : [...at, field], message);
  }),
  check(['securityGroup'], ({ securityGroup }, { report, warn }) => {
    const written: readonly RuleManifest[] = securityGroup?.[direction] ?? [];
    const [version, count] = mostOfOneVersion(written);
    const at = ['spec', 'securityGroup', direction];
    if (count > MOST_RULES) {
      report(
        at,
        `has ${count} rules for IPv${version}, and EC2 takes ${MOST_RULES} at most; write wider blocks`,
      );
    } else if (count > RULES_QUOTA) {
      warn(
        at,
        `has ${count} rules for IPv${version}, and EC2 takes ${RULES_QUOTA} unless the account's quota is raised; write wider blocks, or have it raised`,
      );
    }
  }),
  check(['securityGroup'], ({ securityGroup }, { report }) => {
    const seen = new Map<string, number>();
    securityGroup?.[direction]?.forEach((rule: RuleManifest, index) => {
      if (ruleProblems(rule, direction).length > 0) return;
      const { protocol, fromPort, toPort, peer } = normalizeRule(rule);
      const key = JSON.stringify([protocol, fromPort, toPort, peer]);
      const other = seen.get(key);
      if (other === undefined) seen.set(key, index);
      else
        report(
          ['spec', 'securityGroup', direction, index],
          `is the same rule as ${direction}[${other}]; remove one`,
        );
    });
  }),
]);

/** Rules of a group, by direction and IP version: as an account comes, and with every increase (Amazon VPC quotas). */
const RULES_QUOTA = 60;
const MOST_RULES = 1000;

/** Blocks count for their own IP version; a group or a prefix list for both. */
function mostOfOneVersion(rules: readonly RuleManifest[]): readonly [version: 4 | 6, count: number] {
  const versions = rules.map(({ cidr }) => (cidr === undefined ? undefined : parseCidr(cidr)?.version));
  const four = versions.filter((version) => version !== 6).length;
  const six = versions.filter((version) => version !== 4).length;
  return six > four ? [6, six] : [4, four];
}

interface Problem {
  /** Undefined: the rule as a whole. */
  readonly field?: keyof RuleManifest;
  readonly message: string;
}

function ruleProblems(rule: RuleManifest, direction: 'ingress' | 'egress'): readonly Problem[] {
  return [
    portProblem(rule),
    peerProblem(rule),
    ...(direction === 'ingress' ? [anywhereProblem(rule)] : []),
  ].filter((problem) => problem !== undefined);
}

function portProblem(rule: RuleManifest): Problem | undefined {
  const { protocol } = normalizeRule(rule);
  const given = (['port', 'fromPort', 'toPort'] as const).filter((field) => rule[field] !== undefined);
  if (protocol === 'icmp' || protocol === 'icmpv6') return icmpProblem(rule);
  if (protocol !== 'tcp' && protocol !== 'udp') {
    if (given[0] === undefined || saysAllPorts(rule)) return undefined;
    return {
      field: given[0],
      message: `protocol ${rule.protocol} has no ports; remove ${given.join(' and ')}`,
    };
  }
  const { port, fromPort, toPort } = rule;
  if (given[0] === undefined) return { message: `a ${protocol} rule needs a port, or fromPort and toPort` };
  if (port !== undefined) {
    return given.length === 1
      ? undefined
      : { field: 'port', message: 'give either port, or fromPort and toPort' };
  }
  if (fromPort === undefined || toPort === undefined) {
    return { field: given[0], message: 'a range needs both fromPort and toPort; for one port write port' };
  }
  if (fromPort < 0 || toPort < 0) {
    return { field: fromPort < 0 ? 'fromPort' : 'toPort', message: 'must be from 0 to 65535' };
  }
  if (fromPort <= toPort) return undefined;
  return {
    field: 'fromPort',
    message: `the range is reversed; write fromPort: ${toPort} and toPort: ${fromPort}`,
  };
}

/** The ways in which AWS's consoles and tools write that a rule is for all ports of a protocol that has none. */
function saysAllPorts({ port, fromPort, toPort }: RuleManifest): boolean {
  return (
    port === undefined && (fromPort === -1 || fromPort === 0) && (toPort === fromPort || toPort === 65535)
  );
}

/** For ICMP, EC2 keeps the type in fromPort and the code in toPort. */
function icmpProblem({ port, fromPort = -1, toPort = -1 }: RuleManifest): Problem | undefined {
  if (port !== undefined) {
    return { field: 'port', message: 'ICMP has no ports; fromPort is its type and toPort its code' };
  }
  if (fromPort === -1 && toPort !== -1) {
    return {
      field: 'toPort',
      message: 'is a code for every type, which EC2 does not take; give its type as fromPort',
    };
  }
  if (fromPort <= 255 && toPort <= 255) return undefined;
  const field = fromPort > 255 ? 'fromPort' : 'toPort';
  return { field, message: 'for ICMP must be a type or code from 0 to 255, or -1 for all' };
}

const PEERS = ['cidr', 'self', 'securityGroupId', 'securityGroup', 'prefixListId'] as const;

function peerProblem(rule: RuleManifest): Problem | undefined {
  const given = PEERS.filter((field) => rule[field] !== undefined);
  if (given.length !== 1) {
    const message = `a rule has exactly one of ${PEERS.join(', ')}, not ${given.join(' and ') || 'none'}`;
    return given[1] === undefined ? { message } : { field: given[1], message };
  }
  const { cidr } = rule;
  if (cidr === undefined) return undefined;
  if (parseCidr(cidr) !== undefined) return undefined;
  const written = JSON.stringify(cidr.slice(0, 64));
  const meant = meantCidr(cidr);
  const help =
    meant === undefined
      ? 'write address and prefix length, such as 172.31.0.0/16'
      : `did you mean "${meant}"?`;
  return { field: 'cidr', message: `${written} is not a CIDR block; ${help}` };
}

/** What EC2 takes, and what will yet not do what it says. */
function ruleDoubts(rule: RuleManifest): readonly Problem[] {
  return [hostBitsDoubt(rule), versionDoubt(rule), portZeroDoubt(rule)].filter(
    (doubt) => doubt !== undefined,
  );
}

function hostBitsDoubt({ cidr = '' }: RuleManifest): Problem | undefined {
  const parsed = parseCidr(cidr);
  if (parsed?.hasHostBits !== true) return undefined;
  const alone = `${cidr.slice(0, cidr.indexOf('/'))}/${parsed.version === 4 ? 32 : 128}`;
  return {
    field: 'cidr',
    message: `EC2 takes ${cidr} for the whole of ${parsed.canonical}; write that, or ${alone} for the one address`,
  };
}

function versionDoubt(rule: RuleManifest): Problem | undefined {
  const { protocol } = normalizeRule(rule);
  const version = parseCidr(rule.cidr ?? '')?.version;
  if (version === 6 && protocol === 'icmp') {
    return {
      field: 'protocol',
      message: 'icmp is ICMP of IPv4, and matches nothing from IPv6; write icmpv6',
    };
  }
  if (version === 4 && protocol === 'icmpv6') {
    return {
      field: 'protocol',
      message: 'icmpv6 is ICMP of IPv6, and matches nothing from IPv4; write icmp',
    };
  }
  return undefined;
}

function portZeroDoubt(rule: RuleManifest): Problem | undefined {
  const { protocol, fromPort, toPort } = normalizeRule(rule);
  if ((protocol !== 'tcp' && protocol !== 'udp') || fromPort !== 0 || toPort !== 0) return undefined;
  return {
    field: rule.port === undefined ? 'fromPort' : 'port',
    message: 'is port 0 alone, on which nothing listens; for all ports write fromPort: 0 and toPort: 65535',
  };
}

function anywhereProblem({ cidr, allowAnywhere }: RuleManifest): Problem | undefined {
  if (cidr === undefined || allowAnywhere === true || parseCidr(cidr)?.anywhere !== true) return undefined;
  return {
    field: 'cidr',
    message: `${cidr} lets the whole internet in; name the network that needs it, such as 172.31.0.0/16, or add allowAnywhere: true`,
  };
}

export const securityGroupChecks = [exclusive, ...rules];
