import { describe, expect, it } from 'vitest';
import { documentOf, block } from '../support/documents/written.ts';
import { hardPassages, passagesOf } from '../support/prose/markdown.ts';
import { MOST_WORDS, hardSentences } from '../support/prose/sentences.ts';

function whyHard(text: string): readonly string[] {
  return hardSentences(text).map(({ why }) => why);
}

describe('a hard sentence', () => {
  it.each([
    ['a clause as its subject', 'Who is taken off it takes along what he signed.', 'a clause is the subject'],
    [
      'a clause as its subject, of a verb that no list has',
      'What the stack made before it ran remains yours to delete or does harm.',
      'a clause is the subject',
    ],
    [
      'a clause as the subject behind a colon',
      'Nothing is lost: whatever the old one had started is what the next one does.',
      'a clause is the subject',
    ],
    [
      'a clause as the subject without a full stop',
      'what ECS refuses is reported when it does',
      'a clause is the subject',
    ],
    [
      'a passive that has no actor',
      'it is created, and other services know it in a few seconds',
      'passive without an actor',
    ],
    [
      'a passive that has no actor behind a semicolon',
      'Change the manifest; it is then tried again',
      'passive without an actor',
    ],
    ['a beginning with "of"', 'Of anything, somebody can make one unavailable.', 'begins with "of"'],
    ['an object before its subject', "That it knows from ECS's own history.", 'the object stands before'],
    [
      'a question before its subject',
      'As which service it runs it learns from the task metadata.',
      'begins with a question',
    ],
    ['a verb before its subject', 'Protected are that service and its roles.', 'the verb stands before'],
    ['a passive of telling', 'The token is not told.', '"is not told"'],
    ['a word of long ago', 'It is made anew.', '"anew"'],
    ['a verb for state that nobody uses', 'show how everything fares', '"fares"'],
    ['a chain of clauses', 'One waits; two wait; three wait; four wait.', '3 semicolons'],
    ['too many words', `${'word '.repeat(MOST_WORDS)}word`, `${MOST_WORDS + 1} words`],
  ])('is found by %s', (_what, text, why) => {
    expect(whyHard(text)).toContainEqual(expect.stringContaining(why));
  });

  it('is returned alone, without its neighbours', () => {
    expect(hardSentences('ECS starts it. What it starts is what it stops.  Then it ends.')).toEqual([
      {
        sentence: 'What it starts is what it stops.',
        why: expect.stringContaining('a clause is the subject'),
      },
    ]);
  });

  it('is returned once for each reason', () => {
    expect(whyHard('Of it nobody is told; of that, nobody is told.')).toHaveLength(2);
  });
});

describe('a plain sentence', () => {
  it.each([
    [
      'actor, verb, object',
      'Removing a signer invalidates every commit they signed, including the one in force.',
    ],
    ['a question', 'What is it that runs here?'],
    ['a question after a preposition', 'At which port does the X-Ray daemon listen?'],
    ['a clause that is a noun', 'what the Environment names'],
    ['a clause that is a noun, with a full stop', 'What the container may do with its devices.'],
    ['a description of a material', 'A name is too long; it is made of letters and digits'],
    ['two clauses that are nouns', 'what is wrong, and what to do'],
    ['a clause behind a colon that is a noun', 'Reason: what AWS answered to the last call.'],
    ['a passive with its actor', 'It is deleted by the next pass.'],
    ['a passive in a subordinate clause', 'Keep the policy until it is deleted.'],
    ['a label that says of what', 'Of a Rollout: an Environment is under way.'],
    ['a number after "of"', 'Of the 40 tasks, ECS stopped three.'],
    ['a demonstrative as its subject', 'That is why the controller waits.'],
    ['words of others', 'ECS answers "whom it concerns is told anew", and `what is is` ends.'],
    ['a list of names', `Allow ${'ecs:List, '.repeat(MOST_WORDS)}and ecs:Describe.`],
    ['two short sentences for a long one', `${'word '.repeat(MOST_WORDS)}. ${'Word '.repeat(MOST_WORDS)}.`],
    ['nothing', ''],
  ])('is let through: %s', (_what, text) => {
    expect(whyHard(text)).toEqual([]);
  });
});

it('a document has its hard sentences reported with place and reason', () => {
  const document = documentOf('# What is told', '', 'A plain one. The host', 'is never told.');
  expect(hardPassages(document)).toEqual([
    'docs/story.md:3: "is never told": write reports, prints, shows: The host is never told.',
  ]);
});

describe('the passages of a document', () => {
  it('are its paragraphs, items and cells, with their lines', () => {
    const document = documentOf(
      '# A heading',
      'A paragraph of',
      '[two](there.md) **lines**.',
      '',
      '- one item',
      '  goes on',
      '1. another',
      '| a | `x \\| y` |',
      '|---|--:|',
      '| b | |',
    );
    expect(passagesOf(document)).toEqual([
      { line: 2, text: 'A paragraph of two lines.' },
      { line: 5, text: 'one item goes on' },
      { line: 7, text: 'another' },
      { line: 8, text: 'a' },
      { line: 8, text: '`x \\| y`' },
      { line: 10, text: 'b' },
    ]);
  });

  it('leave out blocks of code, pictures and markup', () => {
    const document = documentOf(
      'Before.',
      block('sh', 'echo who is told'),
      '![alt](picture.svg) After.',
      '',
      '<picture>',
      '    indented code',
    );
    expect(passagesOf(document).map(({ text }) => text)).toEqual(['Before.', 'After.']);
  });
});
