import { StationkeeperError } from '../../../controller/core/errors.ts';
import { environmentId } from '../../../controller/core/reference.ts';
import { manifestKey } from '../../../controller/core/resource.ts';
import type {
  Desired,
  ManifestRef,
  ResourceId,
  ResourcePolicy,
  Tags,
} from '../../../controller/core/resource.ts';
import type { FilesReader } from '../../../controller/reconcile/wanted.ts';
import type { Source, SourceReading, SourceSnapshot } from '../../../controller/source/source.ts';
import type { ToySpec } from './thing.ts';

/** A resource as an object of git says it. */
export interface Part {
  readonly id: ResourceId;
  readonly spec: ToySpec;
  readonly usedBy?: ResourceId;
  readonly isExternal?: true;
}

/** A manifest, already expanded: what it is called, what people say of it, what it comes to. */
export interface GitObject {
  readonly manifest: ManifestRef;
  readonly environment: string;
  readonly policy: ResourcePolicy;
  readonly labels: Tags;
  readonly parts: readonly Part[];
  readonly isInvalid: boolean;
}

/** What git holds at one moment. */
export interface ModelCommit {
  readonly revision: string;
  /** Region by Environment. */
  readonly environments: ReadonlyMap<string, string>;
  readonly objects: ReadonlyMap<string, GitObject>;
  /** The role to assume, by Environment. */
  readonly roles?: ReadonlyMap<string, string>;
  /** The branch was moved off this revision. */
  readonly rewoundFrom?: string;
}

export const POLICY: ResourcePolicy = {
  reconcile: 'enabled',
  adoption: 'create',
  deletion: 'delete',
  prune: true,
  allowReplace: false,
  ignoreDrift: [],
};

/** Nothing is asked of what is only used. */
const USED: ToySpec = { size: 1, colour: '', form: '', links: {} };

const desiredOf = new WeakMap<GitObject, readonly Desired<ToySpec>[]>();

/** What an object wants; the same for as long as the object is, so that digests of it are made once. */
function wantedBy(object: GitObject): readonly Desired<ToySpec>[] {
  const known = desiredOf.get(object);
  if (known !== undefined) return known;
  const { manifest, policy, labels } = object;
  const used = [
    ...new Map(object.parts.flatMap(({ spec }) => Object.values(spec.links)).map((id) => [id, id])).keys(),
  ]
    .filter(({ kind }) => kind === 'yard' || kind === 'zone')
    .map((id): Part => ({ id, spec: USED, isExternal: true }));
  const desired = [...object.parts, ...used].map(
    ({ id, spec, usedBy, isExternal }): Desired<ToySpec> => ({
      id,
      manifest,
      management: isExternal === true ? 'external' : 'managed',
      spec,
      labels,
      policy,
      ...(usedBy === undefined ? {} : { usedBy }),
    }),
  );
  desiredOf.set(object, desired);
  return desired;
}

/** All that a commit wants whose documents are valid. */
export function wantedIn(commit: ModelCommit): readonly Desired<ToySpec>[] {
  const seen = new Set<string>();
  const all = [...commit.objects.values()]
    .filter(({ isInvalid, environment }) => !isInvalid && commit.environments.has(environment))
    .flatMap(wantedBy);
  const declared = [...all.filter(({ management }) => management === 'managed'), ...all];
  return declared.filter(({ id }) => {
    const key = `${id.environment}|${id.kind}|${id.scope ?? ''}|${id.name}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

const environmentsDesired = new Map<string, Desired>();

function environmentDesired(name: string): Desired {
  const known = environmentsDesired.get(name);
  if (known !== undefined) return known;
  const desired: Desired = {
    id: environmentId(name),
    manifest: { kind: 'Environment', name },
    management: 'external',
    spec: {},
    labels: {},
    policy: POLICY,
  };
  environmentsDesired.set(name, desired);
  return desired;
}

/** A repository of commits, and how it answers. */
export interface ModelGit {
  head(): ModelCommit;
  push(commit: Omit<ModelCommit, 'revision'>): void;
  /** Every commit that was the head, with since when. */
  readonly history: { readonly since: number; readonly commit: ModelCommit }[];
  /** When it could not be asked. */
  readonly outages: { readonly from: number; to: number }[];
  isDown(): boolean;
  setDown(isDown: boolean): void;
  sourceOf(
    id: string,
    onRead: (commit: ModelCommit | undefined, reading: SourceReading) => void,
    onHead: (revision: string) => void,
  ): Source;
  readonly readFiles: FilesReader;
}

export function createGit(monotonic: () => number): ModelGit {
  const history: ModelGit['history'] = [];
  const outages: ModelGit['outages'] = [];
  const byRevision = new Map<string, ModelCommit>();
  let isDown = false;

  const unreachable = { code: 'SourceUnreachable', message: 'git does not answer' } as const;
  const git: ModelGit = {
    history,
    outages,
    head: () => history.at(-1)!.commit,
    isDown: () => isDown,
    setDown(down) {
      if (down === isDown) return;
      isDown = down;
      if (down) outages.push({ from: monotonic(), to: Number.POSITIVE_INFINITY });
      else outages.at(-1)!.to = monotonic();
    },
    push(next) {
      const commit = { ...next, revision: `commit-${history.length + 1}` };
      byRevision.set(commit.revision, commit);
      history.push({ since: monotonic(), commit });
    },
    sourceOf(id, onRead, onHead) {
      let lastGood: SourceSnapshot | undefined;
      return {
        type: 'git',
        url: `https://${id}`,
        id,
        read() {
          const { revision, objects, rewoundFrom } = git.head();
          let reading: SourceReading;
          if (isDown) reading = { type: 'stale', snapshot: lastGood, ...unreachable };
          else if (objects.size === 0)
            reading = {
              type: 'stale',
              snapshot: lastGood,
              head: revision,
              code: 'SourceInvalid',
              message: 'no manifest',
            };
          else {
            lastGood = {
              revision,
              files: [{ file: 'all.yaml', text: revision }],
              named: [],
              errors: [],
              ignored: [],
              ...(rewoundFrom === undefined ? {} : { rewoundFrom }),
            };
            reading = { type: 'fresh', snapshot: lastGood };
          }
          onRead(byRevision.get(reading.snapshot?.revision ?? ''), reading);
          return Promise.resolve(reading);
        },
        head() {
          if (isDown) return Promise.reject(new StationkeeperError({ ...unreachable, retry: 'backoff' }));
          const { revision } = git.head();
          onHead(revision);
          return Promise.resolve(revision);
        },
      };
    },
    readFiles(files) {
      const commit = byRevision.get(files[0]?.text ?? '')!;
      const invalid = [...commit.objects.values()].filter(({ isInvalid }) => isInvalid);
      const valid = [...commit.objects.values()].filter((one) => !invalid.includes(one));
      const expansion = {
        environments: [...commit.environments].map(([name, region]) => {
          const roleArn = commit.roles?.get(name);
          return { name, region, ...(roleArn === undefined ? {} : { roleArn }) };
        }),
        objects: valid.map(({ manifest, environment, policy }) => ({
          manifest,
          environment,
          policy,
          declared: true as const,
        })),
        desired: [...[...commit.environments.keys()].map(environmentDesired), ...wantedIn(commit)],
      };
      return {
        errors: invalid.map(({ manifest, environment }) => ({
          file: `${manifestKey(manifest)}.yaml`,
          line: 1,
          column: 1,
          path: 'spec',
          message: 'is invalid',
          manifest,
          environment,
        })),
        warnings: [],
        ignored: [],
        declaring: ['all.yaml'],
        valid: valid.length,
        expand: () => expansion,
      };
    },
  };
  return git;
}
