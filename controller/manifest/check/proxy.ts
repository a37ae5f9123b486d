import { didYouMean } from '../../core/suggest.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checksOf } from './check.ts';

const check = checksOf<DaemonServiceManifestSpec>();

/** What ECS looks for; IgnoredUID or IgnoredGID beside them (ECS API reference, ProxyConfiguration; cdk-preflight, pf-ecs-proxy-configuration-*). */
const NEEDED = ['ProxyIngressPort', 'ProxyEgressPort', 'AppPorts', 'EgressIgnoredIPs'];
const IGNORED = ['IgnoredUID', 'IgnoredGID'];
const KNOWN = [...NEEDED, ...IGNORED, 'EgressIgnoredPorts'];

const proxy = check(
  ['proxyConfiguration', 'containers'],
  ({ proxyConfiguration, containers }, { report, warn }) => {
    if (proxyConfiguration === undefined) return;
    const { containerName, properties = [] } = proxyConfiguration;
    const at = ['spec', 'proxyConfiguration'];
    const names = containers.map(({ name }) => name);
    if (!names.includes(containerName)) {
      report(
        [...at, 'containerName'],
        `no container is called ${JSON.stringify(containerName)}; ${didYouMean(containerName, names, 'the containers are')}`,
      );
    }
    const given = new Set<string>();
    properties.forEach(({ name }, nth) => {
      const path = [...at, 'properties', nth, 'name'];
      if (given.has(name)) report(path, `${name} is set twice; remove one`);
      else if (!KNOWN.includes(name)) {
        warn(
          path,
          `ECS takes it, and App Mesh has no ${JSON.stringify(name)}; ${didYouMean(name, KNOWN, 'its properties are')}`,
        );
      }
      given.add(name);
    });
    const missing = NEEDED.filter((name) => !given.has(name));
    if (missing.length > 0) report([...at, 'properties'], `the proxy needs ${missing.join(', ')}; add them`);
    if (!properties.some(({ name, value }) => IGNORED.includes(name) && value !== '')) {
      report(
        [...at, 'properties'],
        'the proxy needs IgnoredUID, the user that its container runs as, or IgnoredGID; add one',
      );
    }
  },
);

export const proxyChecks = [proxy];
