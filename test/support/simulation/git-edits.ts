import type { Chance } from './chance.ts';
import {
  SECRET,
  daemonsOf,
  fileOf,
  newDaemon,
  textsOf,
  withDocument,
  withEnvironmentMoved,
  withoutFile,
} from './commit.ts';
import type { Commit, Daemon, Document } from './commit.ts';

/** One kind of change that people commit. The commit itself where there is nothing to change so. */
export type GitEdit = (commit: Commit, chance: Chance, history: readonly Commit[]) => Commit;

const NEW_NAMES = ['fluent', 'agent', 'proxy', 'probe'] as const;

export const GIT_EDITS: Readonly<Record<string, GitEdit>> = {
  'another image': ofDaemon((daemon, chance) =>
    containerWith(daemon, { image: `example.org/${daemon.metadata.name}:${chance.whole(2, 9)}` }),
  ),
  'another secret': ofDaemon((daemon, chance) =>
    containerWith(daemon, {
      environment: { LOG_LEVEL: chance.one(['info', 'debug']), API_TOKEN: `${SECRET}-${chance.whole(1, 9)}` },
    }),
  ),
  'another count': ofDaemon(
    (daemon, chance) => specWith(daemon, { desiredCount: chance.whole(0, 4) }),
    isCounted,
  ),
  'a daemon without tasks': ofDaemon((daemon) => specWith(daemon, { desiredCount: 0 }), isCounted),
  'another minimum': ofDaemon(
    (daemon, chance) =>
      specWith(daemon, {
        deployment: { minimumHealthyPercent: chance.one([0, 50, 100]), maximumPercent: 200 },
      }),
    isCounted,
  ),
  'another retention': ofDaemon((daemon, chance) =>
    specWith(daemon, { logs: { ...daemon.spec.logs, retentionInDays: chance.one([3, 5, 60]) } }),
  ),
  'other rules': ofDaemon(
    (daemon, chance) =>
      specWith(daemon, {
        securityGroup: {
          ...daemon.spec.securityGroup,
          ingress: ['10.0.0.0/8', '172.31.0.0/16', '192.168.0.0/16'].flatMap((cidr) =>
            chance.happens(0.6)
              ? [{ protocol: chance.one(['udp', 'tcp']), port: chance.one([2000, 8125]), cidr }]
              : [],
          ),
          ...(chance.happens(0.3) ? { egress: [] } : {}),
        },
      }),
    hasGroup,
  ),
  'other permissions': ofDaemon((daemon, chance) =>
    specWith(daemon, {
      taskRole: {
        ...daemon.spec.taskRole,
        statements: [{ actions: [chance.one(['xray:GetSamplingRules', 's3:GetObject'])], resources: ['*'] }],
      },
    }),
  ),
  'other labels': ofDaemon((daemon, chance) => ({
    ...daemon,
    metadata: { ...daemon.metadata, labels: { team: chance.one(['core', 'data', 'platform']) } },
  })),
  'another record TTL': ofDaemon((daemon, chance) =>
    daemon.spec.serviceDiscovery === undefined
      ? daemon
      : specWith(daemon, {
          serviceDiscovery: {
            ...daemon.spec.serviceDiscovery,
            dnsRecords: [{ type: 'A', ttl: chance.one([10, 30, 120]) }],
          },
        }),
  ),
  'into another namespace, or none': ofDaemon((daemon, chance) => {
    const { serviceDiscovery, ...rest } = daemon.spec;
    if (serviceDiscovery === undefined) return daemon;
    if (chance.happens(0.3)) return { ...daemon, spec: rest };
    const namespace = swapped(serviceDiscovery.namespace, 'services', 'inner');
    return specWith(daemon, { serviceDiscovery: { ...serviceDiscovery, namespace } });
  }),
  'into another cluster': ofDaemon((daemon) =>
    specWith(daemon, { cluster: swapped(daemon.spec.cluster, 'main', 'side') }),
  ),
  'what must be replaced': ofDaemon((daemon, chance) => {
    const allowed = annotated(daemon, 'allow-replace', chance.happens(0.6) ? 'true' : 'false');
    return specWith(allowed, {
      securityGroup: { ...daemon.spec.securityGroup, description: `tasks, edition ${chance.whole(1, 9)}` },
    });
  }, hasGroup),
  'a policy': ofDaemon((daemon, chance) =>
    chance.happens(0.5)
      ? annotated(daemon, 'deletion-policy', chance.one(['delete', 'retain']))
      : annotated(daemon, 'prune', chance.one(['enabled', 'disabled'])),
  ),
  'only observed, or not': ofDaemon((daemon, chance) =>
    annotated(daemon, 'reconcile', chance.one(['enabled', 'observe', 'disabled'])),
  ),
  'adopted, if it exists': ofDaemon((daemon) => annotated(daemon, 'adoption-policy', 'adopt-or-create')),
  'a new daemon': (commit, chance) => {
    const taken = new Set(daemonsOf(commit).map(({ metadata }) => metadata.name));
    const name = chance.any(NEW_NAMES.filter((each) => !taken.has(each)));
    return name === undefined ? commit : withDocument(commit, newDaemon(commit, name, chance));
  },
  'a daemon removed': removal((commit) => daemonsOf(commit)),
  'a daemon renamed': (commit, chance) => {
    const daemon = chance.any(daemonsOf(commit));
    const taken = new Set(daemonsOf(commit).map(({ metadata }) => metadata.name));
    const name = chance.any(NEW_NAMES.filter((each) => !taken.has(each)));
    if (daemon === undefined || name === undefined) return commit;
    const renamed = { ...daemon, metadata: { ...daemon.metadata, name } };
    return withDocument(withoutFile(commit, fileOf(daemon)), renamed);
  },
  'an Environment in another Region': withEnvironmentMoved,
  'everything but the environments removed': (commit) => ({
    documents: new Map(
      [...commit.documents].filter(([, { kind }]) => kind === 'Environment' || kind === 'Cluster'),
    ),
    broken: new Map(),
  }),
  'nothing at all': () => ({ documents: new Map(), broken: new Map() }),
  'a broken document': (commit, chance) => {
    const [file, document] =
      chance.any([...commit.documents].filter(([, { kind }]) => kind !== 'Environment')) ?? [];
    if (file === undefined || document === undefined) return commit;
    const text = textsOf({ ...commit, broken: new Map() }).get(file) ?? '';
    return { ...commit, broken: new Map(commit.broken).set(file, chance.one(BREAKAGES)(text, document)) };
  },
  mended,
  'the last commit reverted': (commit, _chance, history) => history.at(-1) ?? commit,
  'an earlier commit again': (commit, chance, history) => chance.any(history) ?? commit,
};

/** Everything is valid again. */
export function mended(commit: Commit): Commit {
  return { ...commit, broken: new Map() };
}

const BREAKAGES: readonly [Breakage, ...Breakage[]] = [
  (text) => text.replace(/^spec: *\{\}|^spec:/m, 'spec:\n  unheardOf: true'),
  (text) => text.replace(/^kind: /m, 'kind: No'),
  (text) => `${text}\n  - [`,
  (text, { kind }) =>
    kind === 'DaemonService'
      ? text.replace(/API_TOKEN: .*/, `API_TOKEN: [${SECRET}]`).replace('cpu: 256', 'cpu: 257')
      : text.replace(/^metadata:/m, `metadata:\n  apiToken: ${SECRET}`),
  (text) => text.replace(/^spec:.*/m, 'spec: 7'),
];

type Breakage = (text: string, document: Document) => string;

/** `suits`: of which alone there is something to change. */
export function ofDaemon(
  change: (daemon: Daemon, chance: Chance) => Daemon,
  suits: (daemon: Daemon) => boolean = () => true,
): GitEdit {
  return (commit, chance) => {
    const daemon = chance.any(daemonsOf(commit).filter(suits));
    return daemon === undefined ? commit : withDocument(commit, change(daemon, chance));
  };
}

/** ECS counts the instances of what is on every one of them. */
function isCounted({ spec }: Daemon): boolean {
  return spec.schedulingStrategy !== 'DAEMON';
}

function hasGroup({ spec }: Daemon): boolean {
  return spec.securityGroup !== undefined;
}

function removal(among: (commit: Commit) => readonly Document[]): GitEdit {
  return (commit, chance) => {
    const document = chance.any(among(commit));
    return document === undefined ? commit : withoutFile(commit, fileOf(document));
  };
}

export function specWith(daemon: Daemon, changes: Partial<Daemon['spec']>): Daemon {
  return { ...daemon, spec: { ...daemon.spec, ...changes } };
}

function containerWith(daemon: Daemon, changes: Partial<Daemon['spec']['containers'][number]>): Daemon {
  return specWith(daemon, {
    containers: daemon.spec.containers.map((container) => ({ ...container, ...changes })),
  });
}

export function annotated(daemon: Daemon, annotation: string, value: string): Daemon {
  const { metadata } = daemon;
  return {
    ...daemon,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [`stationkeeper.dev/${annotation}`]: value },
    },
  };
}

function swapped(text: string, one: string, other: string): string {
  return text.includes(one) ? text.replace(one, other) : text.replace(other, one);
}
