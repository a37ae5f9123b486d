/**
 * Finds what makes a sentence hard to read, as far as a pattern can: a clause as its subject, a passive without an
 * actor, an object before its verb, an old or invented word, too many words. What it finds is hard; what it does not
 * find has to be read. It knows nothing of Markdown, so that it judges the sentences of the program too.
 */

export interface HardSentence {
  readonly sentence: string;
  /** What is hard about it, and what to write instead. */
  readonly why: string;
}

/** A longer sentence is two. Quoted text and what the pattern `QUOTED` finds count as one word each. */
export const MOST_WORDS = 40;

/** One more is a list, and is written as one. */
const MOST_SEMICOLONS = 2;

interface Rule {
  readonly pattern: RegExp;
  readonly why: string;
}

/** Verbs that end a clause which is a subject: "What ECS refuses *is* …". */
const FINITE =
  /\b(?:is|are|was|were|has|have|had|(?:does|do|did|can|may|must|will|would|should)(?: (?:not|only|also|still))?(?: \w+)?|cannot|stays|goes|waits|takes|tells|counts|needs|runs|stands|gets|comes|makes|keeps|reads|says|ends|shows)\b/g;

/** A subject, a verb: so many words before a second verb are a clause already. "Is" comes sooner than others. */
const WORDS_OF_A_CLAUSE = 5;
const WORDS_OF_A_CLAUSE_BEFORE_IS = 3;

/** A clause that begins so is a subject, unless it asks. */
const CLAUSE = /^(?:and |but |or )?(?:who|whom|whose|what|whoever|whomever|whatever)\b/i;

/** What is done to a thing that the sentence before has named. */
const DONE =
  'adopted|applied|asked|begun|changed|checked|corrected|created|deleted|done|given|healed|held|kept|left|looked at|made|mended|observed|registered|released|removed|renewed|repeated|replaced|retried|rolled out|said|sent|shown|started|stopped|taken|told|tried|untagged|updated|written';

/** Rules for a clause: what stands between full stops, semicolons and colons. */
const CLAUSE_RULES: readonly Rule[] = [
  {
    pattern: new RegExp(
      `^(?:and |but |then )?(?:it|they) (?:is|are|was|were|has been|have been) (?:then |now |only |not |never |again )*(?:${DONE})\\b(?! (?:by|of|up)\\b)`,
      'i',
    ),
    why: 'passive without an actor: say who does it ("Stationkeeper creates …", "ECS stops …")',
  },
  {
    pattern: /^of (?!course\b|\d|the \d|these\b|those \d|(?:\S+ ){0,3}\S+:$)/i,
    why: 'begins with "of": put the subject first',
  },
  {
    pattern: /^(?:That|This|These|Those) (?:it|they|he|she|we|nobody|somebody) /,
    why: 'the object stands before its subject: actor, verb, object',
  },
  {
    pattern: /^(?:as|by|from|in|for|with|on|of|under|at) (?:which|what|whom|whose)(?: \S+){4}/i,
    why: 'begins with a question: put the subject first',
  },
  {
    pattern:
      /^(?:not )?[a-z]+(?:ed|en|ne) (?:are|is|was|were) (?:the|that|those|a|an|its|their|what|all|only)\b/i,
    why: 'the verb stands before its subject: actor, verb, object',
  },
];

/** Words that plain English does without, each with what it says instead. */
const DENIED: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:is|are|was|were|be|been|being) (?:\w+ly |also |not |never |then )?told\b/i,
    'reports, prints, shows',
  ],
  [/\bfare[sd]?\b/i, 'state, sync and health'],
  [/\banew\b/i, 'again'],
  [/\bwhom(?:ever)?\b/i, 'who, or turn the sentence round'],
  [/\bwhosoever|whatsoever\b/i, 'any'],
  [/\bby (?:the|its|his|her|their|your) hands?\b(?! side)/i, 'by a person, manually'],
  [/\bgoes? on as it can\b/i, 'continues'],
  [/\b(?:is|are|was|were|been|be) begun\b/i, 'started'],
  [
    /\b(?:hereby|herein|heretofore|henceforth|hitherto|forthwith|notwithstanding|thereby|therein|thereof|thereupon|thereafter|whereby|wherein|whereof|whereupon)\b/i,
    'a plain word',
  ],
  [/\b(?:amiss|albeit|amongst|whilst|lest|seldom|aught|naught|perchance)\b/i, 'a plain word'],
  [/\bever (?:more|less) seldom/i, 'less and less often'],
  [/\bsees? to it\b/i, 'make sure'],
  [/\b(?:is|are|was|were) said\b/i, 'writes, prints, shows'],
  [/\basked of\b/i, 'asks … for'],
  [/\bput(?:s|ting)? right\b/i, 'corrects, heals'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix, correct'],
  [/\bbecomes? of\b/i, 'happens to'],
  [/\blikewise\b/i, 'also, in the same way'],
  [/\botherwise than\b/i, 'differently from'],
  [/\b(?:goes|went) (?:on|by)\b/i, 'continues; follows, uses'],
  [/\bstands? (?:in|there|beside|with|once|first|still|as)\b/i, 'is'],
  [/\ball the same\b/i, 'still, anyway'],
  [/\bin vain\b/i, 'without effect'],
  [/\bis (?:somebody|nobody|anybody)'s\b/i, 'has an owner, has no owner'],
  [/\bthe like of\b/i, 'such'],
  [/\b(?:is|are) no (?:such thing|more)\b/i, 'is not, no longer exists'],
  [/\bfor want of\b/i, 'without'],
  [/\bletter by letter\b/i, 'exactly'],
  [/\bwhat is so\b/i, 'what holds'],
  [/\b(?:of|as|by) whichever\b/i, 'of any'],
  [/\bwithout it being\b/i, 'unless'],
  [/\bunder way no more\b/i, 'has ended'],
];

/** Text of others: code, quotations and addresses have words that nobody here chose. */
const QUOTED = /`[^`]*`|"[^"]*"|“[^”]*”|https?:\/\/\S+/g;

/** Points that end no sentence. */
const ABBREVIATIONS = /\b(?:e\.g|i\.e|etc|vs|approx|No)\.(?=\s)/g;

/**
 * The sentences of a text that are hard, in order, each once for each reason. A text without a full stop is one sentence.
 */
export function hardSentences(text: string): readonly HardSentence[] {
  return sentencesOf(text).flatMap((sentence) =>
    reasonsAgainst(sentence).map((why) => ({ sentence: sentence.trim(), why })),
  );
}

function sentencesOf(text: string): readonly string[] {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(ABBREVIATIONS, (found) => found.slice(0, -1))
    .split(/(?<=[.!?…]["'”)]?) (?=["'“(`[]*[A-Z0-9`])/)
    .filter((sentence) => sentence.trim() !== '');
}

function reasonsAgainst(sentence: string): readonly string[] {
  const plain = sentence.replaceAll(QUOTED, 'X').trim();
  const clauses = plain.split(/(?<=[;:]) /);
  const semicolons = plain.match(/;(?= )/g)?.length ?? 0;
  const reasons = [
    ...(isTooLong(plain) ? [`${wordsOf(plain)} words: split it; a sentence has at most ${MOST_WORDS}`] : []),
    ...(semicolons > MOST_SEMICOLONS && plain.endsWith('.')
      ? [`${semicolons} semicolons: make sentences or a list of it`]
      : []),
    ...clauses.flatMap((clause, index) => [
      ...(hasClauseAsSubject(clause, index === 0)
        ? ['a clause is the subject: name the actor or the thing instead of "who" or "what"']
        : []),
      ...(clause.endsWith('?') ? [] : CLAUSE_RULES)
        .filter(({ pattern }) => pattern.test(clause))
        .map(({ why }) => why),
    ]),
    ...DENIED.flatMap(([pattern, instead]) => {
      const [found] = pattern.exec(plain) ?? [];
      return found === undefined ? [] : [`"${found}": write ${instead}`];
    }),
  ];
  return [...new Set(reasons)];
}

function isTooLong(plain: string): boolean {
  return wordsOf(plain) > MOST_WORDS;
}

/** Words that are listed one by one (`ListTasks, DescribeTasks, …`) are looked up rather than read, and count as one. */
function wordsOf(plain: string): number {
  const read = plain.replaceAll(/(?:(?<= |^)[^\s,]+, ){3,}/g, 'X, ');
  return read.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/**
 * "What ECS refuses is shown" has a second verb that says something of the clause; "what ECS refuses" alone is a noun,
 * and so is "What the container may do." The list of verbs is not complete: in a sentence with a full stop one verb that
 * comes late is the second.
 */
function hasClauseAsSubject(clause: string, isFirst: boolean): boolean {
  if (!CLAUSE.test(clause) || clause.endsWith('?')) return false;
  const [first = ''] = clause.split(/(?:,|,? (?:and|or|but)) (?:who|what|which|how|where|when|why)\b/i);
  const verbs = [...first.matchAll(FINITE)];
  if (verbs.length !== 1 || !isFirst || !clause.endsWith('.')) return verbs.length >= 2;
  const [{ 0: verb, index }] = verbs as [RegExpExecArray];
  const before = first.slice(0, index).trim().split(' ').length;
  return before >= (/^(?:is|are|was|were)$/.test(verb) ? WORDS_OF_A_CLAUSE_BEFORE_IS : WORDS_OF_A_CLAUSE);
}
