import type { MarkdownDocument } from './blocks.ts';

/** Documents as a test writes them. */
export function documentOf(...lines: readonly string[]): MarkdownDocument {
  return { file: 'docs/story.md', text: lines.join('\n') };
}

export function block(info: string, ...lines: readonly string[]): string {
  return [`\`\`\`${info}`, ...lines, '```'].join('\n');
}
