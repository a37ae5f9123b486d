import { NEEDED_LOG_OPTIONS, NEEDED_ON_FARGATE } from '../../core/log-configuration.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checkEach, checksOf } from './check.ts';
import { HOST_READS, withDefaults } from './pairs.ts';

/** Load balancers and Service Connect. What network modes do not have of them is in network-modes.ts. */

const check = checksOf<DaemonServiceManifestSpec>();

type LoadBalancer = NonNullable<DaemonServiceManifestSpec['loadBalancers']>[number];

/** ECS developer guide, Registering multiple target groups with an Amazon ECS service: "you cannot attach more than five". */
const MOST_TARGET_GROUPS = 5;

/** ECS API reference, CreateService, of either beside the other: "must be omitted". */
const kind = checkEach<LoadBalancer>(['loadBalancers'], (balancer, at, { report }) => {
  const { targetGroupArn, loadBalancerName } = balancer;
  if (targetGroupArn === undefined && loadBalancerName === undefined) {
    report(at, 'a load balancer needs targetGroupArn, or loadBalancerName of a Classic one; add one');
  } else if (targetGroupArn !== undefined && loadBalancerName !== undefined) {
    report(
      [...at, 'loadBalancerName'],
      `ECS refuses loadBalancerName ${loadBalancerName} with a targetGroupArn; remove one`,
    );
  }
});

/** ECS API reference, LoadBalancer: the port "must correspond to a containerPort in the task definition". */
const ports = check(['loadBalancers', 'containers'], ({ loadBalancers = [], containers }, { report }) => {
  loadBalancers.forEach(({ containerName, containerPort }, nth) => {
    const at = ['spec', 'loadBalancers', nth];
    const container = containers.find(({ name }) => name === containerName);
    if (container === undefined) {
      const names = containers.map(({ name }) => name);
      report(
        [...at, 'containerName'],
        `no container is called ${JSON.stringify(containerName)}; ${didYouMean(containerName, names, 'the containers are')}`,
      );
      return;
    }
    const mapped = (container.portMappings ?? []).flatMap((mapping) => mapping.containerPort ?? []);
    if (mapped.includes(containerPort)) return;
    const valid =
      mapped.length === 0 ? 'it maps none: add one' : `it maps ${[...new Set(mapped)].join(', ')}`;
    report(
      [...at, 'containerPort'],
      `${containerPort} is no containerPort of ${containerName}'s portMappings; ${valid}`,
    );
  });
});

/**
 * Only Application and Network Load Balancers are several (ECS developer guide, Registering multiple target groups with an Amazon ECS service;
 * of Classic ones hashicorp/terraform#5336). One that is listed twice cannot be told from itself.
 */
const counts = check(['loadBalancers'], ({ loadBalancers = [] }, { report }) => {
  const at = ['spec', 'loadBalancers'];
  const classic = loadBalancers.filter(({ loadBalancerName }) => loadBalancerName !== undefined);
  if (classic.length > 0 && loadBalancers.length > 1) {
    report(at, 'a service with a Classic Load Balancer has no other; remove the others');
  } else if (loadBalancers.length > MOST_TARGET_GROUPS) {
    report(
      at,
      `a service is in at most ${MOST_TARGET_GROUPS} target groups, and these are ${loadBalancers.length}; remove ${loadBalancers.length - MOST_TARGET_GROUPS}`,
    );
  }
  const all = loadBalancers.map((one) => JSON.stringify(one, Object.keys(one).toSorted()));
  all.forEach((one, nth) => {
    if (all.indexOf(one) !== nth) report([...at, nth], 'this one is listed already; remove it');
  });
});

/**
 * ECS developer guide, service discovery: it "doesn't support the use of Classic Load Balancers"; Availability Zone rebalancing, whose
 * documented limits aws-cdk#32263 has too. Of a circuit breaker ECS's references say it no more (containers-roadmap#1272).
 */
const besideClassic = check(
  ['loadBalancers', 'serviceDiscovery', 'availabilityZoneRebalancing', 'deployment'],
  (spec, { report, warn }) => {
    const { loadBalancers = [], serviceDiscovery, availabilityZoneRebalancing } = spec;
    const name = loadBalancers.find(
      ({ loadBalancerName }) => loadBalancerName !== undefined,
    )?.loadBalancerName;
    if (name === undefined) return;
    const said = `with loadBalancerName ${name}, a Classic Load Balancer`;
    if (serviceDiscovery !== undefined) {
      report(['spec', 'serviceDiscovery'], `ECS refuses serviceDiscovery ${said}; remove one of the two`);
    }
    if (availabilityZoneRebalancing === 'ENABLED') {
      report(
        ['spec', 'availabilityZoneRebalancing'],
        `ECS refuses ENABLED ${said}; write DISABLED, or remove it`,
      );
    }
    if (spec.deployment?.circuitBreaker !== undefined) {
      warn(
        ['spec', 'deployment', 'circuitBreaker'],
        `ECS has refused a circuit breaker, even one that is off, ${said}; if it still does, remove it`,
      );
    }
  },
);

/** ECS API reference, CreateService: "If you do not use any of the health checks, then healthCheckGracePeriodSeconds is unused". */
const gracePeriod = check(
  ['healthCheckGracePeriodSeconds', 'loadBalancers', 'containers'],
  ({ healthCheckGracePeriodSeconds: seconds = 0, loadBalancers = [], containers }, { warn }) => {
    const isUsed =
      loadBalancers.length > 0 || containers.some(({ healthCheck }) => healthCheck !== undefined);
    if (seconds === 0 || isUsed) return;
    warn(
      ['spec', 'healthCheckGracePeriodSeconds'],
      'ECS takes it and does nothing with it: there is neither a load balancer nor a healthCheck of a container; add one, or remove it',
    );
  },
);

/** ECS API reference, ServiceConnectService and TimeoutConfiguration. */
const connected = check(['serviceConnectConfiguration', 'containers'], (spec, { report }) => {
  const { enabled, services = [] } = spec.serviceConnectConfiguration ?? {};
  if (enabled !== true) return;
  const mappings = spec.containers.flatMap(({ portMappings = [] }) => portMappings);
  const names = mappings.flatMap(({ name }) => name ?? []);
  const discovered = services.map(({ portName, discoveryName = portName }) => discoveryName);
  services.forEach(({ portName, discoveryName, clientAliases = [], timeout }, nth) => {
    const at = ['spec', 'serviceConnectConfiguration', 'services', nth];
    const mapping = mappings.find(({ name }) => name === portName);
    if (mapping === undefined) {
      const others =
        names.length === 0
          ? 'no port mapping has a name: add one'
          : didYouMean(portName, names, 'the names are');
      report([...at, 'portName'], `no port mapping is called ${JSON.stringify(portName)}; ${others}`);
    } else if (mapping.protocol === 'udp') {
      report(
        [...at, 'portName'],
        `Service Connect carries tcp, and ${portName} is udp; write serviceDiscovery for it`,
      );
    } else if (mapping.appProtocol === undefined && (timeout?.perRequestTimeoutSeconds ?? 0) > 0) {
      report(
        [...at, 'timeout', 'perRequestTimeoutSeconds'],
        `port ${portName} is tcp, which has no requests; write appProtocol in its port mapping, or idleTimeoutSeconds`,
      );
    }
    if (discovered.indexOf(discovered[nth]!) !== nth) {
      report(
        [...at, discoveryName === undefined ? 'portName' : 'discoveryName'],
        `another service of Service Connect is called ${discovered[nth]} already; choose another discoveryName`,
      );
    }
    if (clientAliases.length > 1) {
      report([...at, 'clientAliases'], 'ECS takes one client alias each; remove the others');
    }
  });
});

/** ECS API reference, ServiceConnectConfiguration, LogConfiguration. */
const connectLogs = check(['serviceConnectConfiguration', ...HOST_READS], (spec, { report }) => {
  const { logConfiguration, accessLogConfiguration } = spec.serviceConnectConfiguration ?? {};
  const at = ['spec', 'serviceConnectConfiguration'];
  if (accessLogConfiguration !== undefined && logConfiguration === undefined) {
    report(
      [...at, 'accessLogConfiguration'],
      'ECS refuses accessLogConfiguration without logConfiguration, which says where the proxy logs; add it',
    );
  }
  if (logConfiguration === undefined) return;
  const { logDriver, options = {}, secretOptions = [] } = logConfiguration;
  const onFargate = withDefaults(spec).host === 'FARGATE' ? (NEEDED_ON_FARGATE[logDriver] ?? []) : [];
  const lacking = [...(NEEDED_LOG_OPTIONS[logDriver] ?? []), ...onFargate].filter(
    (name) => !(name in options) && secretOptions.every((option) => option.name !== name),
  );
  if (lacking.length === 0) return;
  report(
    [...at, 'logConfiguration', 'options'],
    `logDriver ${logDriver} needs ${lacking.join(', ')}; add ${lacking.length === 1 ? 'it' : 'them'}`,
  );
});

export const trafficChecks = [kind, ports, counts, besideClassic, gracePeriod, connected, connectLogs];
