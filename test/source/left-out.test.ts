import { describe, expect, it } from 'vitest';
import { leftOutBy } from '../../controller/source/left-out.ts';

/** What is passed over of a file, `.github/`; undefined where the file is looked at. */
const passedOver = (file: string, patterns?: string) => leftOutBy(patterns).find(file)?.file;

describe('what is passed over below the source path', () => {
  it.each([
    ['a.yaml', undefined],
    ['a/b.yaml', undefined],
    ['.a.yaml', '.a.yaml'],
    ['.github/workflows/ci.yml', '.github/'],
    ['a/.b/.c/d.yaml', 'a/.b/'],
    ['a/..data/d.yaml', 'a/..data/'],
    ['a.b/c.d.yaml', undefined],
    // These are errors of their own files, and hide nothing.
    ['../a.yaml', undefined],
    ['a/./.b.yaml', undefined],
    ['/.a.yaml', undefined],
  ])('without an ignore file: %s is passed over as %s', (file, as) => {
    expect(passedOver(file)).toBe(as);
  });

  it.each([
    ['a folder', 'vendor/', 'a/vendor/x/y.yaml', 'a/vendor/'],
    ['a folder at the root alone', '/vendor/', 'a/vendor/y.yaml', undefined],
    ['no folder by a pattern for one, where it is a file', 'vendor.yaml/', 'vendor.yaml', undefined],
    ['a name anywhere', 'values.yaml', 'a/b/values.yaml', 'a/b/values.yaml'],
    ['a pattern', 'charts/**/templates', 'charts/x/y/templates/z.yaml', 'charts/x/y/templates/'],
    ['all but one', '/*\n!/live/', 'dev/a.yaml', 'dev/'],
    ['all but one, which is looked at', '/*\n!/live/', 'live/a.yaml', undefined],
    ['nothing below what is left out, whatever is said of it', 'a/\n!a/b.yaml', 'a/b.yaml', 'a/'],
    ['nothing by a comment', '#a.yaml', '#a.yaml', undefined],
    ['a name in its own case alone', 'A.yaml', 'a.yaml', undefined],
    ['the last that matches', '*.yaml\r\n!a.yaml\r\n', 'a.yaml', undefined],
    ['three stars', '*a*b*.yaml', 'xaybz.yaml', 'xaybz.yaml'],
  ])('by an ignore file: %s', (_what, patterns, file, as) => {
    expect(passedOver(file, patterns)).toBe(as);
  });

  it('escapes what a terminal would take for itself', () => {
    expect(passedOver('.a\u202e.yaml')).toBe('.a\\u{202e}.yaml');
  });

  it('takes no pattern that could take hours', () => {
    expect(() => leftOutBy('ok\na/*x*x*x*x*/b')).toThrow(/line 2/);
    expect(() => leftOutBy('a/**/b/**/c/**/d/**/e')).not.toThrow();
  });
});
