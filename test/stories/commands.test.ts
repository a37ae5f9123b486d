import { describe, inject, it } from 'vitest';
import { allDocuments, blocksOf } from '../support/documents/blocks.ts';
import { commandsOf } from '../support/documents/commands.ts';
import { ownNetwork } from '../support/documents/isolation.ts';
import { missingPrograms, tellStory } from '../support/documents/story.ts';

const network = ownNetwork();
const stories = allDocuments().filter((document) => commandsOf(blocksOf(document)).length > 0);

/** Without networks of their own documents share the ports that they name, and must wait for each other. */
const options = { concurrent: network !== undefined, timeout: 600_000 };

describe('what the documents say to type can be typed, and prints what they show', options, () => {
  it.for(stories)('$file', async (document, { annotate, expect, skip }) => {
    const missing = missingPrograms(document, inject('django'));
    skip(missing.length > 0, `not on this machine: ${missing.join(', ')}`);
    const left = await tellStory(document, network ?? [], inject('django'));
    for (const command of left) await annotate(command);
    expect(left.length).toBeLessThan(commandsOf(blocksOf(document)).length);
  });
});
