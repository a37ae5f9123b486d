import { THE_CONTROLLER, permissionDocuments } from '../policy/documents.ts';
import type { PolicyDocument } from '../policy/documents.ts';
import { MOST_CHARACTERS } from '../policy/packing.ts';
import { purposeOf } from '../policy/statements.ts';
import { environmentTrusts, hostTrust } from '../policy/trust.ts';
import type { Host } from '../policy/trust.ts';
import type { Access } from '../policy/uses.ts';
import { groupBy } from '../core/order.ts';
import type { Expansion } from '../manifest/expand/index.ts';
import { createWantedReader, manifestsReader } from '../reconcile/wanted.ts';
import type { CommandContext } from './context.ts';
import { sourceErrorText } from './manifest-errors.ts';
import { manifestsAt } from './manifests-at.ts';
import { paintFor } from './terminal.ts';

export interface PolicyOptions {
  readonly path: string;
  readonly owner: string;
  /** The Region of environments that name none; undefined: any. */
  readonly region: string | undefined;
  readonly access: Access;
  readonly document: string | undefined;
  /** Only the documents of the controller itself, and beside them who has to trust it. */
  readonly controller: boolean;
  readonly host: Host | undefined;
  readonly controllerArn: string | undefined;
  readonly externalId: string | undefined;
  readonly anyName: string | undefined;
  readonly output: 'policy' | 'json' | 'text';
}

/** Managed policies that a role can have attached: as an account comes, and with every increase (IAM quotas). */
const ATTACHED_AT_FIRST = 10;
const MOST_ATTACHED = 20;

/**
 * Prints what IAM has to allow for these manifests; calls no AWS. Exit code 0; 1 where the manifests are not all valid, or one
 * document is to be printed and there are several, or none of that name.
 */
export async function policyCommand(
  options: PolicyOptions,
  { terminal, stop, secretRules }: Pick<CommandContext, 'terminal' | 'stop' | 'secretRules'>,
): Promise<number> {
  const paint = paintFor(terminal);
  const { source, folder, scope } = await manifestsAt(options.path);
  const wanted = createWantedReader(manifestsReader(secretRules))(await source.read(stop));
  terminal.err(sourceErrorText(wanted, folder, paint));
  if (wanted.errors.length > 0 || wanted.reading.type === 'stale') return 1;

  const { expansion } = wanted;
  const all = [
    ...permissionDocuments(expansion, { ...options, scope }),
    ...(options.host === undefined ? [] : [hostTrust(options.host, expansion.environments)]),
    ...(options.controllerArn === undefined
      ? []
      : environmentTrusts(expansion.environments, options.controllerArn, options.externalId)),
  ];
  const chosen = chosenOf(all, options);
  if (chosen.length === 0) {
    terminal.err(`${paint.removed('error')} there is no document ${options.document}; ${listOf(all)}\n`);
    return 1;
  }
  for (const note of notes(expansion, all, options)) terminal.err(`${paint.changed('note')} ${note}\n`);
  switch (options.output) {
    case 'json':
      terminal.out(`${JSON.stringify({ documents: chosen }, null, 2)}\n`);
      return 0;
    case 'text':
      terminal.out(chosen.map(textOf).join('\n'));
      return 0;
    case 'policy': {
      const [only, ...others] = onlyPermissions(chosen, options);
      if (only === undefined || others.length > 0) {
        terminal.err(
          `${paint.removed('error')} one document is printed at a time, and there are several: choose one with --document, or print all with --output json; ${listOf(chosen)}\n`,
        );
        return 1;
      }
      terminal.out(`${JSON.stringify(only.policy, null, 2)}\n`);
      return 0;
    }
  }
}

function chosenOf(
  all: readonly PolicyDocument[],
  { document, controller }: PolicyOptions,
): readonly PolicyDocument[] {
  if (controller) return all.filter(({ of }) => of === THE_CONTROLLER);
  return document === undefined ? all : all.filter(({ name }) => name === document);
}

/** Where no document is named, what the controller may do is meant, not who may be the controller. */
function onlyPermissions(
  documents: readonly PolicyDocument[],
  { document }: PolicyOptions,
): readonly PolicyDocument[] {
  return document === undefined ? documents.filter(({ type }) => type === 'permissions') : documents;
}

function listOf(documents: readonly PolicyDocument[]): string {
  return `documents: ${documents.map(({ name }) => name).join(', ')}`;
}

/** What somebody who attaches these documents has to know, and cannot see in them. */
function notes(
  { environments }: Expansion,
  documents: readonly PolicyDocument[],
  { region, host, controller, controllerArn, externalId, anyName }: PolicyOptions,
): readonly string[] {
  const anywhere = environments.filter((target) => target.region === undefined && region === undefined);
  const anyAccount = environments.filter(
    ({ account, roleArn }) => account === undefined && roleArn === undefined,
  );
  const assumed = environments.filter(({ roleArn }) => roleArn !== undefined);
  const names = (targets: Expansion['environments']): string => targets.map(({ name }) => name).join(', ');
  const sendNone =
    externalId === undefined ? [] : assumed.filter((target) => target.externalId === undefined);
  return [
    ...(anywhere.length === 0
      ? []
      : [
          `the environment ${names(anywhere)} sets no region, so the ARNs use * for it; set spec.region or --region`,
        ]),
    ...(anyAccount.length === 0
      ? []
      : [`the environment ${names(anyAccount)} sets no account, so the ARNs use * for it; set spec.account`]),
    ...(controller ? trustingRoles(assumed, controllerArn, externalId) : []),
    ...(assumed.length > 0 && !controller && host !== undefined && controllerArn === undefined
      ? [
          `the roles of the environment ${names(assumed)} have to trust the controller; give --controller-arn to print how`,
        ]
      : []),
    ...(sendNone.length === 0
      ? []
      : [
          `the environment ${names(sendNone)} names no external id, and the controller sends none there; set spec.externalId: ${externalId}`,
        ]),
    ...tooMany(documents, anyName),
  ];
}

/** Whom each role that is assumed has to trust, and the external id that it may ask for. */
function trustingRoles(
  assumed: Expansion['environments'],
  controllerArn: string | undefined,
  externalIdOfAll: string | undefined,
): readonly string[] {
  const who = controllerArn ?? THE_CONTROLLER;
  const roles = groupBy(
    assumed,
    ({ roleArn, externalId = externalIdOfAll }) =>
      `${roleArn} has to trust ${who}${externalId === undefined ? '' : `, with the external id ${externalId}`}`,
  );
  return [...roles].map(([says, targets]) => {
    const names = targets.map(({ name }) => name);
    return `${says}, for the environment ${names.join(', ')}; print how with --controller-arn and --document Environment/${names[0]}/trust`;
  });
}

/** Who needs more managed policies than can be attached to one role, which IAM only tells when they are. */
function tooMany(documents: readonly PolicyDocument[], anyName: string | undefined): readonly string[] {
  const counts = [...new Set(documents.map(({ of }) => of))].map(
    (who) => [who, documents.filter(({ of, type }) => of === who && type === 'permissions').length] as const,
  );
  const others =
    anyName === undefined ? 'print one for all names that begin alike, with --any-name, or ' : '';
  return counts.flatMap(([who, count]) => {
    if (count <= ATTACHED_AT_FIRST) return [];
    return count > MOST_ATTACHED
      ? `${who} needs ${count} managed policies, and IAM attaches ${MOST_ATTACHED} to a role at most; ${others}divide the manifests`
      : `${who} needs ${count} managed policies, and IAM attaches ${ATTACHED_AT_FIRST} to a role unless its quota is raised, to ${MOST_ATTACHED} at most; ${others}have it raised`;
  });
}

function textOf({ name, of, type, characters, policy }: PolicyDocument): string {
  const heading =
    type === 'trust'
      ? `${name}: who may assume ${of}`
      : `${name}: permissions of ${of}; ${characters} of ${MOST_CHARACTERS} characters of a managed policy`;
  const lines = policy.Statement.map((statement) => {
    const about = statement.Sid === undefined ? '' : `  ${statement.Sid}: ${purposeOf(statement.Sid)}\n`;
    const { Sid: _sid, Effect: _effect, ...rest } = statement;
    const members = Object.entries(rest).map(
      ([member, value]) => `    ${member.toLowerCase()} ${shown(value)}\n`,
    );
    return `${about}${members.join('')}`;
  });
  return `${heading}\n${lines.join('')}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value);
}
