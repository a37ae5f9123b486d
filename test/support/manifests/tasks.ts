import { parse } from 'yaml';
import type { ManifestDocument } from './documents.ts';
import { daemonText } from './errors.ts';
import type { Verdict } from './verdicts.ts';

/** Texts of daemon services whose tasks say one thing or another, and rows of what is said of them. */

type Spec = Readonly<Record<string, string>>;

export const main = (fields = '', name = 'main') =>
  `{ name: ${name}, image: "example.org/daemon:1"${fields === '' ? '' : `, ${fields}`} }`;
export const daemon = (fields: string, spec: Spec = {}) =>
  daemonText({ containers: `[${main(fields)}]`, ...spec });
export const two = (first: string, second: string, spec: Spec = {}) =>
  daemonText({ containers: `[${main(first, 'a')}, ${main(second, 'b')}]`, ...spec });
export const EC2 = { launchType: 'EC2' };
export const BRIDGE = { launchType: 'EC2', networkMode: 'bridge' };
export const HOST = { launchType: 'EC2', networkMode: 'host' };
export const WINDOWS = { ...EC2, runtimePlatform: '{ operatingSystemFamily: WINDOWS_SERVER_2022_CORE }' };
export const ROLE = { taskRole: '{ statements: [{ actions: ["s3files:*"], resources: ["*"] }] }' };
export const volume = (config: string, spec: Spec = {}) =>
  daemonText({ volumes: `[{ name: data, ${config} }]`, ...spec });
export const efs = (more: string) => volume(`efsVolumeConfiguration: { fileSystemId: fs-0a1b2c3d, ${more} }`);
export const S3 = 'arn:aws:s3files:us-east-1:385605022855:file-system/fs-0a1b2c3d';
export const FIRELENS = 'firelensConfiguration: { type: fluentbit }';
export const ROUTED = 'logConfiguration: { logDriver: awsfirelens }';
export const router = (options: string, spec: Spec = {}) =>
  two(ROUTED, `firelensConfiguration: { type: fluentbit, options: { ${options} } }`, spec);
export const proxy = (properties: string, more: Spec = {}) =>
  daemon('cpu: 1', { proxyConfiguration: `{ containerName: main, properties: [${properties}] }`, ...more });
export const PORTS = ['ProxyIngressPort', 'ProxyEgressPort', 'AppPorts', 'EgressIgnoredIPs']
  .map((name) => `{ name: ${name}, value: "1" }`)
  .join(', ');

/** A text, and where and what is said of it. */
export type Row = readonly [what: string, text: string, at: string, path: string, says: RegExp];

export function verdict([what, text, at, path, says]: Row): Verdict {
  return { what, text, at, path, says };
}

export function specOf(text: string): ManifestDocument<'DaemonService'>['spec'] {
  return (parse(text) as ManifestDocument<'DaemonService'>).spec;
}
