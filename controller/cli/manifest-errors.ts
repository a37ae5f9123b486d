import { join } from 'node:path';
import { printable } from '../core/printable.ts';
import type { PassResult } from '../reconcile/pass-result.ts';
import type { Paint } from '../plan/render.ts';

type LocatedError = PassResult['wanted']['errors'][number];

/** `manifests/xray.yaml:12:8 spec.cpu: …`, as compilers have it and editors follow it. */
function manifestErrorLine(error: LocatedError, folder: string, paint: Paint): string {
  const place = error.file === '' ? '' : `${join(folder, error.file)}:${error.line}:${error.column} `;
  const path = error.path === '' ? '' : `${error.path}: `;
  return `${paint.strong(place)}${printable(`${path}${error.message}`)}`;
}

/**
 * Every error and every warning of the source and its documents, a line each; empty where all is well. `folder` is what files are
 * named in.
 */
export function sourceErrorText(wanted: PassResult['wanted'], folder: string, paint: Paint): string {
  const { reading, errors, warnings } = wanted;
  const error = paint.removed('error');
  const warning = paint.changed('warning');
  return [
    ...(reading.type === 'stale' ? [`${error} ${reading.code}: ${reading.message}`] : []),
    ...errors.map((one) => `${error} ${manifestErrorLine(one, folder, paint)}`),
    ...warnings.map((one) => `${warning} ${manifestErrorLine(one, folder, paint)}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** A line that says what was passed over, as a typing error may have made it so; empty where nothing was. */
export function ignoredCountText({ ignored }: PassResult['wanted'], folder: string, paint: Paint): string {
  const [first, ...others] = ignored;
  if (first === undefined) return '';
  const isAll = ignored.at(-1)?.file !== '';
  const more = others.length === 0 ? '' : ` and ${isAll ? others.length : `more than ${others.length}`} more`;
  return `${paint.changed('ignored')} ${placeOf(first, folder)}${more}; stationkeeper validate says why\n`;
}

/** What was passed over, and why, a line each. */
export function ignoredText({ ignored }: PassResult['wanted'], folder: string, paint: Paint): string {
  return ignored
    .map((one) => `${paint.changed('ignored')} ${paint.strong(placeOf(one, folder))} ${one.message}\n`)
    .join('');
}

function placeOf({ file, line }: PassResult['wanted']['ignored'][number], folder: string): string {
  if (file === '') return folder;
  return line === 0 ? join(folder, file) : `${join(folder, file)}:${line}`;
}
