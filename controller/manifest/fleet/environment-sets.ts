import { candidateOf } from '../candidate.ts';
import type { Candidate } from '../candidate.ts';
import { isMapping } from '../mapping.ts';
import { placeOf } from '../position.ts';
import type { Finding, Path } from '../position.ts';
import { isSealed } from '../sealed.ts';
import { schemaFindings } from '../validate.ts';
import { declaredIn, variablesOf } from './declared-environments.ts';
import { arrangementOf, rearranged, withVariables } from './rearranged.ts';
import { treeOf, valueOf } from './tree.ts';
import type { Mapping, Tree } from './tree.ts';
import type { Variables } from './variables.ts';

/** What a set is in one account and Region: the document of an Environment, whose parts know where they were written. */
export interface EnvironmentOfSet extends Candidate {
  readonly set: Candidate;
  /** What it is of: an account id and a Region, or where they should be. */
  readonly pair: { readonly account: string; readonly region: string };
}

export function isOfSet(candidate: Candidate): candidate is EnvironmentOfSet {
  return 'set' in candidate;
}

/** An account in a Region, as they are written. */
interface Pair {
  readonly account: unknown;
  readonly region: unknown;
  /** Their places in the lists of the set. */
  readonly nth: { readonly account: number; readonly region: number };
}

const ACCOUNTS: Path = ['spec', 'accounts'];
const REGIONS: Path = ['spec', 'regions'];
const TEMPLATE: Path = ['spec', 'template'];

/**
 * The documents with the Environments of each set. What is wrong with an account is wrong with the Environments in it, and so with Regions;
 * of a set of which not even that can be told, its own document stays, and says why.
 */
export function withEnvironments(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.flatMap((candidate) =>
    candidate.kind === 'EnvironmentSet' ? environmentsOf(candidate) : [candidate],
  );
}

function environmentsOf(set: Candidate): readonly Candidate[] {
  const { broken, value } = set.document;
  if (broken || !isMapping(value) || isSealed(value) || !isMapping(value['spec'])) return [set];
  const { accounts, regions, template } = value['spec'];
  if (!Array.isArray(accounts) || !Array.isArray(regions) || !isMapping(template)) return [set];
  const pairs = accounts.flatMap((account: unknown, nth) =>
    regions.map((region: unknown, nthRegion) => ({
      account,
      region,
      nth: { account: nth, region: nthRegion },
    })),
  );
  if (pairs.length === 0) return [set];
  const problems = [...schemaFindings('EnvironmentSet', set.document), ...repeatedAccounts(set, accounts)];
  return pairs.map((pair) =>
    environmentOf(
      set,
      template,
      pair,
      problems.filter(({ path }) => isAbout(path, pair)),
    ),
  );
}

/** Whether what stands at a path is part of what a pair has: all is, but other accounts and Regions. */
function isAbout([top, list, index]: Path, { nth }: Pair): boolean {
  if (top !== 'spec' || index === undefined) return true;
  if (list === ACCOUNTS[1]) return index === nth.account;
  return list !== REGIONS[1] || index === nth.region;
}

function repeatedAccounts({ document }: Candidate, accounts: readonly unknown[]): readonly Finding[] {
  const ids = accounts.map((account) => textAt(account, 'id'));
  return ids.flatMap((id, nth) => {
    const first = ids.indexOf(id);
    if (id === undefined || first === nth) return [];
    const path = [...ACCOUNTS, nth, 'id'];
    const message = `account ${id} is accounts[${first}] already; remove one of them`;
    return [{ path, offset: placeOf(document.places, path).value, message }];
  });
}

function environmentOf(
  set: Candidate,
  template: Readonly<Record<string, unknown>>,
  pair: Pair,
  problems: readonly Finding[],
): EnvironmentOfSet {
  const findings = set.document.findings.filter(({ path }) => isAbout(path, pair));
  const document = { ...set.document, findings };
  const { account, region, nth } = pair;
  const ofPair = variablesOfPair(pair);
  const { spec, ...named } = template;
  const first = withVariables(treeOf(named, TEMPLATE), ofPair, document);
  const { name = missing([...TEMPLATE, 'name']), labels, annotations } = partsOf(first.tree);
  const ofAccount = isMapping(account) ? account['labels'] : undefined;
  const metadata = mappingOf(TEMPLATE, {
    name,
    labels: merged(labels, treeOf(ofAccount, [...ACCOUNTS, nth.account, 'labels'])),
    annotations,
  });
  const where = mappingOf(TEMPLATE, {
    region: treeOf(region, [...REGIONS, nth.region]),
    account: idOf(account, [...ACCOUNTS, nth.account]),
  });
  const written = merged(where, treeOf(spec, [...TEMPLATE, 'spec'])) ?? where;
  const itself = declaredIn(String(valueOf(name)), { metadata: valueOf(metadata), spec: valueOf(written) });
  const ofAll = variablesOf(itself);
  const values = new Map([...ofPair.values, ...ofAll.values]);
  const second = withVariables(written, { roots: [...ofPair.roots, ...ofAll.roots], values }, document);
  const { apiVersion = missing(['apiVersion']) } = partsOf(treeOf(document.value, []));
  const tree = mappingOf([], {
    apiVersion,
    kind: { type: 'scalar', from: ['kind'], value: 'Environment' },
    metadata,
    spec: second.tree,
  });
  const made = rearranged(document, arrangementOf(document, tree), valueOf(tree), [
    ...problems,
    ...first.problems,
    ...second.problems,
  ]);
  const candidate = candidateOf(set.file, made, set.position);
  const isUnnamed = made.refused.has('/metadata/name');
  return {
    ...candidate,
    ...(isUnnamed && { ref: undefined, environment: undefined }),
    set,
    pair: {
      account: textAt(account, 'id') ?? `accounts[${nth.account}]`,
      region: typeof region === 'string' ? region : `regions[${nth.region}]`,
    },
  };
}

function variablesOfPair({ account, region }: Pair): Variables {
  const labels = isMapping(account) && isMapping(account['labels']) ? account['labels'] : {};
  const known = {
    'account.id': textAt(account, 'id'),
    'account.name': textAt(account, 'name'),
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`account.labels.${key}`, value])),
    region,
  };
  const texts = Object.entries(known).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { roots: ['account', 'region', 'environment'], values: new Map(texts) };
}

function partsOf(tree: Tree): Readonly<Record<string, Tree>> {
  return tree.type === 'mapping' ? Object.fromEntries(tree.entries) : {};
}

function mappingOf(from: Path, parts: Readonly<Record<string, Tree | undefined>>): Mapping {
  const written = Object.entries(parts).filter((entry): entry is [string, Tree] => !isNothing(entry[1]));
  return { type: 'mapping', from, entries: new Map(written) };
}

/** Entries of both, of which those of the second win; what is no mapping stands alone, for its schema to refuse. */
function merged(first: Tree | undefined, second: Tree | undefined): Tree | undefined {
  if (second === undefined || isNothing(second)) return first;
  if (first === undefined || isNothing(first)) return second;
  if (second.type !== 'mapping' || first.type !== 'mapping') return second;
  return { ...second, entries: new Map([...first.entries, ...second.entries]) };
}

function isNothing(tree: Tree | undefined): boolean {
  return tree === undefined || (tree.type === 'scalar' && tree.value === undefined);
}

function idOf(account: unknown, at: Path): Tree {
  if (!isMapping(account)) return missing(at);
  const from = [...at, 'id'];
  return account['id'] === undefined ? missing(from) : treeOf(account['id'], from);
}

/** In the place of what has to be there and is not, which the schema of the set says. */
function missing(from: Path): Tree {
  return { type: 'scalar', from, value: '' };
}

function textAt(mapping: unknown, key: string): string | undefined {
  const value = isMapping(mapping) ? mapping[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
