import type { Step } from '../plan/step.ts';
import type { ObjectStatus, StatusReport } from './schema.ts';

/** Where the consoles of AWS's partitions are; a partition that is not here has no links. */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** `arn:aws:ecs:us-east-1:385605022855:service/xray-daemon-cluster/xray` in its parts. */
const SERVICE =
  /^arn:(?<partition>[^:]+):ecs:(?<region>[^:]+):\d+:service\/(?<cluster>[^/]+)\/(?<name>[^/]+)$/;
const LOG_GROUP = /^arn:(?<partition>[^:]+):logs:(?<region>[^:]+):\d+:log-group:(?<name>.+)$/;

/** Pages about an object in AWS's consoles, by the ARNs of its resources; undefined where there are none. Pure. */
export function linksOf(steps: readonly Step[]): ObjectStatus['links'] {
  const inOrder = [...steps.filter(isItsOwn), ...steps.filter((step) => !isItsOwn(step))];
  const arns = inOrder.flatMap((step) => ('observed' in step ? (step.observed?.arn ?? []) : []));
  const links = {
    ...serviceLink(partsOf(arns, SERVICE)),
    ...logsLink(partsOf(arns, LOG_GROUP)),
  };
  return Object.keys(links).length === 0 ? undefined : links;
}

/** Its own log group comes before those that containers name. */
function isItsOwn(step: Step): boolean {
  return !('desired' in step) || step.desired?.yields === undefined;
}

type Parts = Readonly<Record<string, string>>;

function partsOf(arns: readonly string[], pattern: RegExp): Parts | undefined {
  return arns.map((arn) => pattern.exec(arn)?.groups).find((groups) => groups !== undefined);
}

function serviceLink(parts: Parts | undefined): { readonly console?: string } {
  if (parts === undefined) return {};
  const { partition = '', region = '', cluster = '', name = '' } = parts;
  const host = CONSOLES[partition];
  return host === undefined
    ? {}
    : {
        console: `https://${region}.${host}/ecs/v2/clusters/${cluster}/services/${name}/health?region=${region}`,
      };
}

function logsLink(parts: Parts | undefined): { readonly logs?: string } {
  if (parts === undefined) return {};
  const { partition = '', region = '', name = '' } = parts;
  const host = CONSOLES[partition];
  if (host === undefined) return {};
  // The console takes what stands in its fragment percent-encoded twice, with a dollar for the second percent.
  const group = encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');
  return {
    logs: `https://${region}.${host}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group}`,
  };
}

/** Hosts whose pages of commits are known by the repository's URL. */
const COMMIT_PAGES: readonly (readonly [host: RegExp, path: string])[] = [
  [/(^|\.)github\./, 'commit'],
  [/(^|\.)gitlab\./, '-/commit'],
  [/(^|\.)bitbucket\./, 'commits'],
];

/** The page of a commit at its host; undefined where the host is not known, or is no web host. Pure. */
export function commitLink({ type, url, revision }: StatusReport['source']): string | undefined {
  if (type !== 'git' || revision === undefined) return undefined;
  const scp = /^[^/@:]+@(?<host>[^/:]+):(?<path>.+)$/.exec(url)?.groups;
  const parsed = scp === undefined && URL.canParse(url) ? new URL(url) : undefined;
  const host = scp?.['host'] ?? parsed?.hostname ?? '';
  const path = (scp?.['path'] ?? parsed?.pathname ?? '').replace(/^\/+/, '').replace(/\.git$/, '');
  const page = COMMIT_PAGES.find(([pattern]) => pattern.test(host))?.[1];
  return page === undefined || path === '' ? undefined : `https://${host}/${path}/${page}/${revision}`;
}
