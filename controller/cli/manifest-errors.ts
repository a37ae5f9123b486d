import { join } from 'node:path';
import type { PassResult } from '../reconcile/pass-result.ts';
import type { Paint } from '../plan/render.ts';

type LocatedError = PassResult['wanted']['errors'][number];

/** `manifests/xray.yaml:12:8 spec.cpu: …`, as compilers have it and editors follow it. */
function manifestErrorLine(error: LocatedError, folder: string, paint: Paint): string {
  const place = error.file === '' ? '' : `${join(folder, error.file)}:${error.line}:${error.column} `;
  const path = error.path === '' ? '' : `${error.path}: `;
  return `${paint.removed('error')} ${paint.strong(place)}${path}${error.message}`;
}

/** Every error of the source and its documents, a line each; empty where all is well. `folder` is what files are named in. */
export function sourceErrorText(wanted: PassResult['wanted'], folder: string, paint: Paint): string {
  const { reading, errors } = wanted;
  const whole =
    reading.type === 'stale' ? [`${paint.removed('error')} ${reading.code}: ${reading.message}`] : [];
  return [...whole, ...errors.map((error) => manifestErrorLine(error, folder, paint))]
    .map((line) => `${line}\n`)
    .join('');
}
