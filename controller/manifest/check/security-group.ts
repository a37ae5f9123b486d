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
  checkEach<RuleManifest>(['securityGroup', direction], (rule, at, { report }) => {
    for (const { field, message } of ruleProblems(rule, direction)) {
      report(field === undefined ? at : [...at, field], message);
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
    if (given[0] === undefined) return undefined;
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

/** For ICMP, EC2 keeps the type in fromPort and the code in toPort. */
function icmpProblem({ port, fromPort = -1, toPort = -1 }: RuleManifest): Problem | undefined {
  if (port !== undefined) {
    return { field: 'port', message: 'ICMP has no ports; fromPort is its type and toPort its code' };
  }
  if (fromPort <= 255 && toPort <= 255) return undefined;
  const field = fromPort > 255 ? 'fromPort' : 'toPort';
  return { field, message: 'for ICMP must be a type or code from 0 to 255, or -1 for all' };
}

function peerProblem(rule: RuleManifest): Problem | undefined {
  const given = (['cidr', 'securityGroupId', 'prefixListId'] as const).filter(
    (field) => rule[field] !== undefined,
  );
  if (given.length !== 1) {
    const message = `a rule has exactly one of cidr, securityGroupId and prefixListId, not ${given.join(' and ') || 'none'}`;
    return given[1] === undefined ? { message } : { field: given[1], message };
  }
  const { cidr } = rule;
  if (cidr === undefined) return undefined;
  const parsed = parseCidr(cidr);
  if (parsed?.canonical === cidr) return undefined;
  const written = JSON.stringify(cidr.slice(0, 64));
  if (parsed !== undefined) {
    return { field: 'cidr', message: `${written} is not written as AWS keeps it; write ${parsed.canonical}` };
  }
  const meant = meantCidr(cidr);
  const help =
    meant === undefined
      ? 'write address and prefix length, such as 172.31.0.0/16'
      : `did you mean "${meant}"?`;
  return { field: 'cidr', message: `${written} is not a CIDR block; ${help}` };
}

function anywhereProblem({ cidr, allowAnywhere }: RuleManifest): Problem | undefined {
  if (cidr === undefined || allowAnywhere === true || parseCidr(cidr)?.anywhere !== true) return undefined;
  return {
    field: 'cidr',
    message: `${cidr} lets the whole internet in; name the network that needs it, such as 172.31.0.0/16, or add allowAnywhere: true`,
  };
}

export const securityGroupChecks = [exclusive, ...rules];
