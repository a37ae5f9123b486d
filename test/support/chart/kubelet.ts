import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../programs/folder.ts';
import type { Configured, Container, Deployment, KubernetesObject, Volume } from './objects.ts';

/** What a kubelet does with a rendered pod, in a folder instead of a container's root. */

export interface MountedPod {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Mounts a volume anew, as after a change of its ConfigMap. */
  remount(volume: string, files: Readonly<Record<string, string>>): void;
}

/** Lays out the volumes below `root` and leads arguments and variables there. */
export function mountPod(
  deployment: Deployment,
  objects: readonly KubernetesObject[],
  root: string,
): MountedPod {
  const { containers, volumes = [] } = deployment.spec.template.spec;
  const [container] = containers as readonly [Container];
  const mounts = container.volumeMounts ?? [];
  let version = 0;

  function mount(path: string, files: Readonly<Record<string, string>>): void {
    const folder = join(root, path);
    const before = `..version_${version}`;
    version += 1;
    const next = `..version_${version}`;
    mkdirSync(folder, { recursive: true });
    writeFiles(join(folder, next), files);
    symlinkSync(next, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    rmSync(join(folder, before), { recursive: true, force: true });
    for (const file of Object.keys(files)) {
      rmSync(join(folder, file), { force: true });
      symlinkSync(join('..data', file), join(folder, file));
    }
  }

  function pathOf(volume: string): string {
    return mounts.find(({ name }) => name === volume)!.mountPath;
  }

  for (const volume of volumes) {
    if (volume.emptyDir === undefined) mount(pathOf(volume.name), filesOf(volume, objects));
    else mkdirSync(join(root, pathOf(volume.name)), { recursive: true });
  }

  const inRoot = (text: string): string =>
    mounts.some(({ mountPath }) => text.startsWith(`${mountPath}/`)) ? join(root, text) : text;
  return {
    args: (container.args ?? []).map(inRoot),
    env: Object.fromEntries((container.env ?? []).map(({ name, value = '' }) => [name, inRoot(value)])),
    remount: (volume, files) => mount(pathOf(volume), files),
  };
}

function filesOf(volume: Volume, objects: readonly KubernetesObject[]): Readonly<Record<string, string>> {
  const dataOf = (kind: string, name: string): Configured['data'] => {
    const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (found === undefined) throw new Error(`${volume.name}: nothing rendered is the ${kind} ${name}`);
    return (found as Configured).data;
  };
  const { configMap: own } = volume;
  const sources = volume.projected?.sources ?? (own === undefined ? [] : [{ configMap: own }]);
  return Object.fromEntries(
    sources.flatMap(({ configMap, secret }) => {
      const kept = secret ?? configMap;
      if (kept === undefined) return [];
      const data = dataOf(secret === undefined ? 'ConfigMap' : 'Secret', kept.name);
      const items = kept.items ?? Object.keys(data).map((key) => ({ key, path: key }));
      const read = (key: string): string =>
        secret === undefined ? data[key]! : Buffer.from(data[key]!, 'base64').toString('utf8');
      return items.map(({ key, path }) => [path, read(key)] as const);
    }),
  );
}
