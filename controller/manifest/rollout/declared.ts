import type { RolloutMode } from '../../core/rollout/schedule.ts';
import { guessIdentity, whereabouts } from '../candidate.ts';
import type { Candidate } from '../candidate.ts';
import { isMapping } from '../mapping.ts';
import { ANNOTATIONS, ROLLOUT_ANNOTATION } from '../schema/metadata.ts';
import { DNS_LABEL } from '../schema/text.ts';
import type { RolloutManifestSpec } from '../schema/rollout.ts';

/** A Rollout that git holds, valid or not. */
export interface DeclaredRollout {
  readonly name: string;
  /** `fleet.yaml:12`. */
  readonly where: string;
  readonly mode: RolloutMode;
  /** Undefined where its document is wrong: there is no schedule to go by then. */
  readonly spec: RolloutManifestSpec | undefined;
}

/** The name of a Rollout, as far as its document tells it. */
export function rolloutName({ document }: Candidate): string | undefined {
  if (document.broken) {
    const { name } = guessIdentity(document.text);
    return name !== undefined && new RegExp(DNS_LABEL).test(name) ? name : undefined;
  }
  const metadata = isMapping(document.value) ? document.value['metadata'] : undefined;
  const name = isMapping(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** All that have a name, once they are checked. */
export function declaredRollouts(candidates: readonly Candidate[]): readonly DeclaredRollout[] {
  return candidates.filter(isRollout).flatMap((candidate) => {
    const name = rolloutName(candidate);
    if (name === undefined) return [];
    const isValid = candidate.findings.length === 0;
    const { value } = candidate.document;
    const { metadata, spec } = value as { readonly metadata: object; readonly spec: RolloutManifestSpec };
    return [
      {
        name,
        where: whereabouts(candidate),
        mode: isValid ? modeOf(metadata) : 'staged',
        spec: isValid ? spec : undefined,
      },
    ];
  });
}

export function isRollout({ kind }: Candidate): boolean {
  return kind === 'Rollout';
}

/** What the annotation of a document says; `staged` where there is none. */
export function modeOf(metadata: { readonly annotations?: Readonly<Record<string, string>> }): RolloutMode {
  const said = metadata.annotations?.[ROLLOUT_ANNOTATION];
  return ANNOTATIONS[ROLLOUT_ANNOTATION].find((mode) => mode === said) ?? 'staged';
}
