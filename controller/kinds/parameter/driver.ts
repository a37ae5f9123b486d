import { collect, inBatchesOf } from '../../aws/collect.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import { shownSource } from '../../core/secret-reference.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { elsewhere, lookedUpDriver } from '../looked-up.ts';
import type { Verdict } from '../looked-up.ts';

/** A filter takes 50 names (API reference, ParameterStringFilter), and an ARN may stand for two. */
const PARAMETERS_AT_ONCE = 25;
const PAGE = 50;
const KNOWN_FOR_MS = 600_000;
/** AWS's own parameters, and secrets by way of them, are read by everybody and listed for nobody (Systems Manager user guide, public parameters). */
const OF_AWS = /^\/aws\//;

/** Looks up the parameters of Systems Manager that containers name. No value is ever read. */
export function parameterDriver({ aws, clock }: DriverContext): KindDriver<LookedUpSpec, LookedUpState> {
  return lookedUpDriver(clock, {
    one: 'a parameter',
    all: 'parameters',
    knownForMs: KNOWN_FOR_MS,
    onDenial: 'taken',
    onFailure: 'taken',
    taken: () => ({}),
    withoutAsking(reference, place) {
      if (namesOf(reference).some((name) => OF_AWS.test(name))) {
        return { type: 'unknown', why: 'AWS does not list parameters of its own' };
      }
      return elsewhere(reference, place);
    },
    batches: (references) => inBatchesOf(PARAMETERS_AT_ONCE, references),
    async ask(references) {
      const found = await collect(async (NextToken) => {
        const page = await aws.ssm.describeParameters({
          ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: references.flatMap(namesOf) }],
          MaxResults: PAGE,
          ...(NextToken === undefined ? {} : { NextToken }),
        });
        return { items: page.Parameters, next: page.NextToken };
      });
      const names = new Set(found.map(({ Name }) => Name));
      return new Map(
        references.map((reference) => [
          reference,
          namesOf(reference).some((name) => names.has(name))
            ? { type: 'found', outputs: {} }
            : missing(reference),
        ]),
      );
    },
  });
}

function missing(reference: string): Verdict {
  const why = `Systems Manager has no parameter ${shownSource(namesOf(reference)[0] ?? reference)}; create it, or correct the manifest that names it`;
  return { type: 'missing', why };
}

/** The names that it may have: the ARN of `a` and that of `/a` are the same. */
function namesOf(reference: string): readonly string[] {
  const [, path] = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/.+)$/.exec(reference) ?? [];
  if (path === undefined) return [reference];
  return path.lastIndexOf('/') === 0 ? [path, path.slice(1)] : [path];
}
