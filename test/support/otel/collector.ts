import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { MANIFESTS, scratchFolder } from '../programs/cli.ts';
import { runCommand } from '../programs/command.ts';

/** The OpenTelemetry collector that `.ci/otel-collector` builds, and how it runs in the sandbox. */

const SCRIPT = join(import.meta.dirname, '..', '..', '..', '.ci', 'otel-collector');
const CONFIGURATION = join(import.meta.dirname, 'collector.yaml');
const IMAGE = 'public.ecr.aws/aws-observability/aws-otel-collector';
/** The script's word for what cannot be made here, which is no fault of ours. */
const UNAVAILABLE = 69;
const MOST_BUILDING_MS = 900_000;

const { code, stdout, stderr } = await runCommand(SCRIPT, [], {
  env: process.env,
  timeoutMs: MOST_BUILDING_MS,
});
if (code !== 0 && code !== UNAVAILABLE) throw new Error(stderr.trim());
const told = (code === 0 ? stdout : stderr).trim().split('\n').at(-1) ?? '';
const isBuilt = code === 0 && told.startsWith('/');

/** Why there is none; undefined where there is one. */
export const LACK_OF_COLLECTOR = isBuilt ? undefined : told;

/**
 * What puts it, and a health check, in the place of the image's: `/healthcheck` there asks the extension `health_check`, as this does. Both that
 * extension and the collector's metrics of itself listen on localhost where nobody says otherwise, which all tasks share here.
 */
export const COLLECTOR_FLAGS: readonly string[] = [
  '--run',
  `${IMAGE}='${told}' --config=env:AOT_CONFIG_CONTENT --set=extensions.health_check.endpoint={address}:13133 --set=service.telemetry.metrics.level=none`,
  '--health-check',
  `${IMAGE}='${process.execPath}' -e 'fetch("http://{address}:13133/").then(({ ok }) => process.exit(ok ? 0 : 1))'`,
];

/**
 * A folder with the shipped manifests of the daemon and of its cluster and namespace. The daemon has another configuration, as the built collector
 * has no component of AWS's, and the port of its StatsD receiver.
 */
export function collectorManifests(): string {
  const folder = scratchFolder();
  copyFileSync(join(MANIFESTS, 'xray.yaml'), join(folder, 'xray.yaml'));
  copyFileSync(CONFIGURATION, join(folder, 'collector.yaml'));
  const [manifest] = parseAllDocuments(readFileSync(join(MANIFESTS, 'otel-collector.yaml'), 'utf8'));
  const container = ['spec', 'containers', 0];
  manifest!.setIn([...container, 'environment', 'AOT_CONFIG_CONTENT'], { fromFile: 'collector.yaml' });
  manifest!.addIn([...container, 'portMappings'], { containerPort: 8125, protocol: 'udp' });
  manifest!.addIn(['spec', 'securityGroup', 'ingress'], {
    protocol: 'udp',
    port: 8125,
    cidr: '172.31.0.0/16',
  });
  writeFileSync(join(folder, 'otel-collector.yaml'), String(manifest));
  return folder;
}
