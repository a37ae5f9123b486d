import { describe, it } from 'vitest';
import { ownNetwork } from '../support/documents/isolation.ts';
import { tellStory } from '../support/documents/story.ts';
import { block, documentOf } from '../support/documents/written.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const network = ownNetwork();
const ofNetwork = skippedFor(
  network === undefined
    ? 'this machine gives programs no network of their own (unshare --net, ip)'
    : undefined,
);

function tell(...lines: readonly string[]): Promise<readonly string[]> {
  return tellStory(documentOf(...lines), network ?? []);
}

describe('a story', { concurrent: true }, () => {
  it('goes through where every command works', async ({ expect }) => {
    await expect(
      tell(block('sh', 'true # a comment', '', '# another', 'test -d manifests')),
    ).resolves.toEqual([]);
  });

  it('stops at a command that fails, and says where', async ({ expect }) => {
    const told = tell('# Story', block('sh', 'true', 'ls nowhere', 'true'));
    await expect(told).rejects.toThrow(
      /^docs\/story\.md:4: ls nowhere\n\nended with 2 and printed\n.*nowhere/,
    );
  });

  it('stops at output that is not as shown', async ({ expect }) => {
    const told = tell(block('console', '$ echo one; echo two', 'one', 'three'));
    await expect(told).rejects.toThrow('ended with 0 and printed\none\ntwo\n, and not\none\nthree');
  });

  it('stops at a command that does not exist, whatever output is shown', async ({ expect }) => {
    await expect(tell(block('console', '$ statonkeeper plan', '…'))).rejects.toThrow('command not found');
  });

  it('may show how something is refused', async ({ expect }) => {
    const told = tell(block('console', '$ stationkeeper plna', 'error: unknown command …', '…'));
    await expect(told).resolves.toEqual([]);
  });

  it('remembers folders, variables and aliases from one block to the next', async ({ expect }) => {
    const setUp = block('sh', 'mkdir here && cd here', 'export WHO=you', "alias greet='echo hello'");
    await expect(
      tell(setUp, block('console', '$ greet $WHO from ${PWD##*/}', 'hello you from here')),
    ).resolves.toEqual([]);
  });

  it('takes here-documents, loops and long lines as one command each', async ({ expect }) => {
    const lines = [
      "cat > file <<'EOF'",
      'one',
      '',
      'done',
      'EOF',
      'for n in 1 2; do',
      '  echo $n >> file',
      'done',
    ];
    const check = block('console', '$ tail -n 3 file |', '>   tr "\\n" " "', 'done 1 2');
    await expect(tell(block('sh', ...lines, 'test -f \\', '  file'), check)).resolves.toEqual([]);
  });

  it('leaves out what is marked', async ({ expect }) => {
    const marked = [
      block('sh not-run: it needs an account', 'false'),
      block('console not-run: the same', '$ false'),
    ];
    await expect(tell(...marked)).resolves.toEqual([]);
  });

  it('types a command again where the document says that it takes time', async ({ expect }) => {
    const eventually = block('console eventually', '$ echo once >> times; grep -c once times', '3');
    await expect(tell(eventually)).resolves.toEqual([]);
  });

  it('reaches nothing outside', ofNetwork, async ({ expect }) => {
    await expect(tell(block('console', '$ curl -sS http://192.0.2.1/', 'curl: (7) …'))).resolves.toEqual([]);
  });

  it('leaves what does not end running until its end', ofNetwork, async ({ expect }) => {
    const started = block('sh', 'stationkeeper sandbox');
    const asked = block('console', '$ curl -s http://127.0.0.1:4566/_sandbox/ | head -c 1', '{');
    await expect(tell(started, asked, started, asked)).resolves.toEqual([]);
  });

  it('stops at a program that should run on and ends', async ({ expect }) => {
    const told = tell(block('sh', 'stationkeeper sandbox --listen nowhere'));
    await expect(told).rejects.toThrow(/sandbox --listen nowhere\n\nended before it said/);
  });
});
