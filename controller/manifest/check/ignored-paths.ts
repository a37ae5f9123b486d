import { isPathIn, partsOfPath, shownPaths } from '../../core/paths.ts';
import type { Paths } from '../../core/paths.ts';
import type { ManifestKind } from '../../core/resource.ts';
import { closest } from '../../core/suggest.ts';
import { FACTS } from '../../kinds/facts.ts';
import type { Report } from './check.ts';

const ANNOTATION = 'stationkeeper.dev/ignore-drift';
const TAGS: Paths = { tags: { members: {}, anything: true } };

/** Commas between paths; a key in brackets may have some of its own. */
export function pathsIn(annotation: string): readonly string[] {
  return annotation.split(/,(?![^[]*\])/).map((path) => path.trim());
}

/** What of a spec its paths name. */
interface Named {
  readonly containers?: unknown;
}

/** Whether each path leads to a field of something that manifests of this kind make, or to several below it. */
export function checkIgnoredPaths(
  kind: ManifestKind,
  annotation: string | undefined,
  spec: unknown,
  report: Report,
): void {
  if (annotation === undefined) return;
  const at = ['metadata', 'annotations', ANNOTATION];
  const paths = pathsOf(kind);
  const tell = (message: string): void => report(at, message);
  const written = pathsIn(annotation);
  if (written.some((path) => partsOfPath(path) === undefined)) {
    tell('must be field paths with commas between them, such as desiredCount,containers[xray].image');
    return;
  }
  for (const path of written) {
    if (!isPathIn(paths, path)) {
      tell(`there is no field ${JSON.stringify(path)}; ${whatThereIs(path, paths)}`);
      continue;
    }
    const missing = containerOf(path, spec ?? {});
    if (missing !== undefined) tell(missing);
  }
}

/** Whatever serves what the manifest is about is made for it too; the fields of what comes last are looked for first. */
function pathsOf(kind: ManifestKind): Paths {
  const made = FACTS.filter(({ mainOf = 'DaemonService' }) => mainOf === kind).toReversed();
  return Object.assign({}, ...made.map(({ paths = {} }) => paths), made.length === 0 ? {} : TAGS) as Paths;
}

const OFFERED_AT_MOST = 12;

function whatThereIs(path: string, paths: Paths): string {
  const keys = [...path.matchAll(/\[([^\]]*)\]/g)].map(([, key]) => key);
  const fields = Object.keys(paths).filter((name) => name === 'tags' || paths[name]?.anything !== true);
  const withKeys = shownPaths(paths).map((shown) =>
    keys.reduce<string>((filled, key) => filled.replace('…', key ?? ''), shown),
  );
  const meant = closest(path, withKeys);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (fields.length === 0) return 'nothing of it is compared: remove the annotation';
  const offered = fields.slice(0, OFFERED_AT_MOST).join(', ');
  return `fields are ${offered}${fields.length > OFFERED_AT_MOST ? ' …' : ''}, as plans show them`;
}

/** A container that only AWS has differs as a whole. */
function containerOf(path: string, { containers }: Named): string | undefined {
  const [field, key, ...below] = partsOfPath(path) ?? [];
  if (field?.name !== 'containers' || key === undefined || below.length === 0) return undefined;
  if (!Array.isArray(containers)) return undefined;
  const names = (containers as readonly ({ readonly name?: unknown } | null)[]).map((one) =>
    String(one?.name),
  );
  if (names.includes(key.name)) return undefined;
  return `there is no container ${JSON.stringify(key.name)}; containers are ${names.join(', ')}`;
}
