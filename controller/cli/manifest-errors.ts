import type { PassResult } from '../reconcile/pass.ts';
import type { Paint } from '../plan/render.ts';

type LocatedError = PassResult['wanted']['errors'][number];

/** `manifests/xray.yaml:12:8 spec.cpu: …`, as compilers and editors have it. */
function manifestErrorLine(error: LocatedError, paint: Paint): string {
  const place = error.file === '' ? '' : `${error.file}:${error.line}:${error.column} `;
  const path = error.path === '' ? '' : `${error.path}: `;
  return `${paint.removed('error')} ${paint.strong(place)}${path}${error.message}`;
}

/** Every error of the source and its documents, a line each; empty where all is well. */
export function sourceErrorText(wanted: PassResult['wanted'], paint: Paint): string {
  const { reading, errors } = wanted;
  const whole =
    reading.type === 'stale' ? [`${paint.removed('error')} ${reading.code}: ${reading.message}`] : [];
  return [...whole, ...errors.map((error) => manifestErrorLine(error, paint))]
    .map((line) => `${line}\n`)
    .join('');
}
