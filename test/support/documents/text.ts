import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { parseManifests } from '../../../controller/manifest/parse.ts';
import { API_VERSION } from '../../../controller/manifest/schema/metadata.ts';
import { daemonText } from '../manifests/errors.ts';
import { blocksOf } from './blocks.ts';
import type { Block, MarkdownDocument } from './blocks.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What is wrong with the blocks of data of a document: manifests that the program would refuse, text that is no YAML or JSON. */
export function badData(document: MarkdownDocument): readonly string[] {
  return blocksOf(document).flatMap((block) =>
    problemsOf(block).map((problem) => `${document.file}:${block.line}: ${problem}`),
  );
}

function problemsOf({ language, text }: Block): readonly string[] {
  if (language === 'json') return jsonProblems(text);
  if (language !== 'yaml') return [];
  const documents = parseAllDocuments(text);
  const broken = documents.flatMap(({ errors }) => errors.map(({ message }) => message));
  if (broken.length > 0) return broken;
  const values = documents.map((document) => document.toJS() as unknown).filter(isObject);
  if (values.some(({ apiVersion }) => apiVersion === API_VERSION)) return manifestProblems(text);
  const isFragment = values.every((value) =>
    Object.keys(value).every((key) => /^(metadata|spec)$/.test(key)),
  );
  return isFragment ? values.flatMap((value) => manifestProblems(completed(value))) : [];
}

function jsonProblems(text: string): readonly string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

function manifestProblems(text: string): readonly string[] {
  const { errors } = parseManifests([{ file: 'block.yaml', text }]);
  return errors.map(({ path, message }) => `${path ?? ''}: ${message}`);
}

/** A part of a DaemonService with the rest that it is shown without. */
function completed(part: Readonly<Record<string, unknown>>): string {
  return stringify(merged(parse(daemonText()), part));
}

function merged(whole: unknown, part: unknown): unknown {
  if (!isObject(whole) || !isObject(part)) return part;
  const both = Object.entries(part).map(([key, value]) => [key, merged(whole[key], value)] as const);
  return { ...whole, ...Object.fromEntries(both) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Links and pictures that lead nowhere: to files that do not exist, or to headings that they do not have. */
export function badLinks(document: MarkdownDocument, all: readonly MarkdownDocument[]): readonly string[] {
  return proseLines(document).flatMap(({ line, text }) =>
    [...text.matchAll(/(?:\]\(|src=")([^()\s"]+)/g)].flatMap(([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document.file : normalize(join(dirname(document.file), path));
      const leads = `${document.file}:${line}: ${target}`;
      if (!existsSync(join(ROOT, file)) && !all.some((other) => other.file === file)) {
        return [`${leads}: there is no ${file}`];
      }
      const to = all.find((other) => other.file === file);
      if (anchor === undefined || to === undefined || anchorsOf(to).has(anchor)) return [];
      return [`${leads}: ${file} has no such heading`];
    }),
  );
}

/** Files of the repository that a document names in backticks and that are not there. */
export function missingFiles(document: MarkdownDocument): readonly string[] {
  return proseLines(document).flatMap(({ line, text }) =>
    [...text.matchAll(/`((?:controller|sandbox|bench|test|docs|charts|deploy)\/[\w./-]*(?:\/|\.\w+))`/g)]
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${document.file}:${line}: there is no ${path}`),
  );
}

function proseLines(document: MarkdownDocument): readonly { readonly line: number; readonly text: string }[] {
  const fenced = new Set(
    blocksOf(document).flatMap(({ text, line }) => text.split('\n').map((_, nth) => line + nth)),
  );
  return document.text
    .split('\n')
    .map((text, index) => ({ line: index + 1, text }))
    .filter(({ line }) => !fenced.has(line));
}

/** Anchors as GitHub derives them from headings. */
function anchorsOf(document: MarkdownDocument): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { text } of proseLines(document)) {
    const heading = /^#{1,6} (.*)$/.exec(text)?.[1];
    if (heading === undefined) continue;
    const plain = heading.replaceAll(/\]\([^)]*\)/g, '').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let nth = 1; anchors.has(anchor); nth += 1) anchor = `${slug}-${nth}`;
    anchors.add(anchor);
  }
  return anchors;
}
