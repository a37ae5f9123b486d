import type { TagRules } from '../../core/facts.ts';
import { OWN_LABELS } from '../fleet/declared-environments.ts';
import type { DocumentKind } from '../document-kinds.ts';
import { ANNOTATIONS, ROLLOUT_ANNOTATION } from '../schema/metadata.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { Report } from './check.ts';

const OUR_ANNOTATIONS = 'stationkeeper.dev/';
/** AWS tags: 50 per resource, of which we need some ourselves. */
const MAX_LABELS = 40;
/** Most characters of an AWS tag's key. */
const MOST_IN_KEY = 128;
/** The characters of AWS tag keys and values. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG_CHARACTERS = 'letters, digits, spaces and _ . : / = + - @';

/** Checks labels by AWS's rules for tags, which labels become; `taggings` are those of the services whose resources carry them. */
export function checkLabels(
  labels: Readonly<Record<string, string>>,
  taggings: readonly TagRules[],
  report: Report,
): void {
  const keys = Object.keys(labels);
  const mostInKey = Math.min(MOST_IN_KEY, ...taggings.flatMap(({ mostInKey: most }) => most ?? []));
  const reservesValues = taggings.some((one) => one.reservesValues === true);
  const ignoresCase = taggings.some((one) => one.ignoresCase === true);
  if (keys.length > MAX_LABELS) {
    report(
      ['metadata', 'labels'],
      `may have at most ${MAX_LABELS} labels, not ${keys.length}; AWS allows 50 tags in all`,
    );
  }
  for (const [index, [key, value]] of Object.entries(labels).entries()) {
    const at = ['metadata', 'labels', key];
    if (/^(aws|stationkeeper):/i.test(key)) {
      report(
        at,
        `labels starting with ${key.slice(0, key.indexOf(':') + 1)} are reserved; choose another key`,
      );
    }
    if (key.length === 0 || key.length > mostInKey || !TAG_TEXT.test(key)) {
      report(at, `the key of a label must be 1 to ${mostInKey} ${TAG_CHARACTERS}, as of an AWS tag`);
    }
    if (value.length > 256 || !TAG_TEXT.test(value)) {
      report(at, `the value of a label must be at most 256 ${TAG_CHARACTERS}, as of an AWS tag`);
    }
    if (reservesValues && /^aws:/i.test(value)) {
      report(
        at,
        'the value of a label must not start with aws:, which ECS keeps for AWS; choose another value',
      );
    }
    const twin = keys.slice(0, index).find((other) => other.toLowerCase() === key.toLowerCase());
    if (ignoresCase && twin !== undefined) {
      report(
        at,
        `differs from label ${JSON.stringify(twin)} in case alone, and IAM has one tag for both; remove one`,
      );
    }
  }
}

/** Checks that an Environment writes no label that it has by itself. */
export function checkOwnLabels(labels: Readonly<Record<string, string>>, report: Report): void {
  for (const [key, field] of OWN_LABELS) {
    if (!Object.hasOwn(labels, key)) continue;
    report(
      ['metadata', 'labels', key],
      `every Environment has the label ${key} by itself, which is its ${field}; remove this one`,
    );
  }
}

/** Checks our annotations on a document of a kind; those of other tools are theirs. */
export function checkAnnotations(
  kind: DocumentKind,
  annotations: Readonly<Record<string, string>>,
  report: Report,
): void {
  const isOfRollouts = (key: string): boolean => key === ROLLOUT_ANNOTATION;
  const valid = Object.keys(ANNOTATIONS).filter((key) =>
    kind === 'Rollout' ? isOfRollouts(key) : kind === 'DaemonService' || !isOfRollouts(key),
  );
  for (const [key, value] of Object.entries(annotations)) {
    const at = ['metadata', 'annotations', key];
    if (!key.toLowerCase().startsWith(OUR_ANNOTATIONS)) continue;
    if (!isKnown(key)) {
      report(at, `unknown annotation ${JSON.stringify(key)}; ${didYouMean(key, valid, 'valid ones')}`);
      continue;
    }
    if (!valid.includes(key)) {
      report(
        at,
        `${key} says nothing on a ${kind}; ${isOfRollouts(key) ? 'write it on a DaemonService or a Rollout' : 'remove it'}`,
      );
      continue;
    }
    const values: readonly string[] | null = ANNOTATIONS[key];
    if (values !== null && !values.includes(value)) {
      report(
        at,
        `${JSON.stringify(value)} is not a value of ${key}; ${didYouMean(value, values, 'valid values')}`,
      );
    }
  }
}

function isKnown(key: string): key is keyof typeof ANNOTATIONS {
  return Object.hasOwn(ANNOTATIONS, key);
}
