import type { Consumer } from '../core/consumer.ts';
import { manifestKey } from '../core/resource.ts';
import { badHop } from '../reach/hop.ts';
import type { Hop } from '../reach/hop.ts';
import { createEnvironments } from '../reconcile/environments.ts';
import type { ConsumerReach } from '../reconcile/reach/consumers.ts';
import { lookAtReach } from '../reconcile/reach/look-at.ts';
import type { ReachedObject } from '../reconcile/reach/look-at.ts';
import { createWantedReader, manifestsReader } from '../reconcile/wanted.ts';
import type { CommandContext } from './context.ts';
import { daemonNamed, environmentOf, mistake } from './daemon-named.ts';
import { sourceErrorText } from './manifest-errors.ts';
import { manifestsAt } from './manifests-at.ts';
import { paintFor } from './terminal.ts';

export interface PathOptions {
  /** `xray`, or `DaemonService/xray`. */
  readonly name: string;
  /** A declared consumer, or the id of a security group; undefined: all that are declared. */
  readonly from: string | undefined;
  /** Of the manifests. */
  readonly path: string;
  readonly environment: string | undefined;
  readonly output: 'table' | 'json';
  readonly owner: string;
}

/** Shows hop by hop whether consumers reach a daemon. Exit code 0 where all do, 2 where one does not or that is unknown. */
export async function pathCommand(options: PathOptions, context: CommandContext): Promise<number> {
  const { terminal, kinds, clock, awsClock, random, kill, secretRules, transport, stop } = context;
  const { source, folder } = await manifestsAt(options.path);
  const wanted = createWantedReader(manifestsReader(secretRules))(await source.read(stop));
  terminal.err(sourceErrorText(wanted, folder, paintFor(terminal)));
  if (wanted.reading.type === 'stale') return 1;
  const { expansion } = wanted;
  const object = daemonNamed(options, expansion);
  const consumers = consumersAsked(options, object);
  const target = environmentOf(object, expansion);
  const environments = createEnvironments({
    kinds,
    owner: options.owner,
    clock,
    awsClock,
    random,
    transport,
    secretRules,
    onRequest: () => undefined,
    signal: kill,
  });
  const reach = await lookAtReach(environments.runtimeOf(target), object, consumers, expansion.desired);
  terminal.out(`${render(reach, object, options, context)}\n`);
  return reach.every(({ verdict }) => verdict === 'Reachable') ? 0 : 2;
}

function consumersAsked({ from, name }: PathOptions, { reached }: ReachedObject): readonly Consumer[] {
  const { consumers } = reached;
  const declared = consumers.filter((one) => one.name === from);
  if (from === undefined && consumers.length > 0) return consumers;
  if (declared.length > 0) return declared;
  if (from?.startsWith('sg-') === true) return [{ name: from, securityGroup: { id: from } }];
  const known = consumers.map((one) => one.name).join(', ') || 'none';
  throw mistake(
    from === undefined
      ? `DaemonService "${name}" declares no consumers: add spec.consumers, or ask from a security group with --from sg-…`
      : `DaemonService "${name}" declares no consumer "${from}"; there are: ${known}; or ask from a security group with --from sg-…`,
  );
}

function render(
  reach: readonly ConsumerReach[],
  { manifest, environment }: ReachedObject,
  { output }: PathOptions,
  { terminal }: CommandContext,
): string {
  const daemon = manifestKey(manifest);
  if (output === 'json') {
    const answers = reach.map(({ name, ...one }) => ({ daemon, environment, consumer: name, ...one }));
    return JSON.stringify(answers, null, 2);
  }
  const { added, changed, removed, strong } = paintFor(terminal);
  const colours = { ok: added, blocked: removed, unknown: changed };
  const width = (of: (hop: Hop) => string): number =>
    Math.max(...reach.flatMap(({ hops }) => hops.map((hop) => of(hop).length)));
  const [names, statuses] = [width(({ hop }) => hop), width(({ status }) => status)];
  return reach
    .map((one) => {
      const at = badHop(one);
      const lines = one.hops.map(({ hop, status, evidence, advice }) => {
        const says = advice === undefined ? evidence : `${evidence}; ${advice}`;
        return `  ${hop.padEnd(names)}   ${colours[status](status.padEnd(statuses))}   ${says}`;
      });
      const where = at === undefined ? '' : ` at ${at.hop}`;
      return [strong(`${daemon} from ${one.name}: ${one.verdict}${where}`), ...lines].join('\n');
    })
    .join('\n\n');
}
