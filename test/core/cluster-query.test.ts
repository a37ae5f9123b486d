import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubtsOf } from '../../controller/core/cluster-query/doubts.ts';
import { OPERATORS, SUBJECTS, operatorsOf, printed } from '../../controller/core/cluster-query/expression.ts';
import type { Expression, Operator } from '../../controller/core/cluster-query/expression.ts';
import { parseQuery } from '../../controller/core/cluster-query/parse.ts';

function read(text: string): Expression {
  const parsed = parseQuery(text);
  if ('error' in parsed) throw new Error(`${text}: ${parsed.error.column} ${parsed.error.message}`);
  return parsed.expression;
}

describe('what is read', () => {
  it.each([
    ['attribute:ecs.os-type == linux', 'attribute:ecs.os-type == linux'],
    ['attribute:ecs.os-type==linux', 'attribute:ecs.os-type == linux'],
    ['  attribute:x   equals  "a b" ', "attribute:x == 'a b'"],
    ["attribute:x not_equals 'it'", 'attribute:x != it'],
    ['attribute:stack exists', 'attribute:stack exists'],
    ['attribute:stack !exists', 'attribute:stack !exists'],
    ['attribute:stack not_exists', 'attribute:stack !exists'],
    ['attribute:zone in [us-east-1a, us-east-1b]', 'attribute:zone in [us-east-1a, us-east-1b]'],
    ['attribute:zone !in [us-east-1a,us-east-1b]', 'attribute:zone !in [us-east-1a, us-east-1b]'],
    ["ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", 'ec2InstanceId in [i-abcd1234, i-wxyx7890]'],
    ['attribute:ecs.instance-type =~ g2.*', 'attribute:ecs.instance-type =~ g2.*'],
    ['attribute:type =~ (m5|c5)\\..*', "attribute:type =~ '(m5|c5)\\..*'"],
    ['attribute:type !~ [cm]5.*', "attribute:type !~ '[cm]5.*'"],
    ['agentVersion < 1.14.5', 'agentVersion < 1.14.5'],
    ['registeredAt <= 2018-06-18T22:28:28+00:00', 'registeredAt <= 2018-06-18T22:28:28+00:00'],
    ['runningTasksCount greater_than_equal 1', 'runningTasksCount >= 1'],
    ['not(task:group == database)', 'not(task:group == database)'],
    ['!(task:group == service:a)', 'not(task:group == service:a)'],
    ['not attribute:x exists', 'not(attribute:x exists)'],
    ['attribute:a == 1 && attribute:b == 2', 'attribute:a == 1 and attribute:b == 2'],
    [
      'attribute:a==1&&attribute:b==2||attribute:c==3',
      '(attribute:a == 1 and attribute:b == 2) or attribute:c == 3',
    ],
    [
      '(attribute:a == 1 OR attribute:b == 2) AND agentConnected == true',
      '(attribute:a == 1 or attribute:b == 2) and agentConnected == true',
    ],
    ['((attribute:a exists))', 'attribute:a exists'],
    [
      'attribute:order == and and attribute:android exists',
      'attribute:order == and and attribute:android exists',
    ],
  ])('%s', (text, as) => {
    expect(printed(read(text))).toBe(as);
  });
});

describe('what is refused, with its column and what to write instead', () => {
  it.each([
    ['', 1, 'a condition is missing here, such as attribute:ecs.os-type == linux'],
    ['attribute: == x', 11, 'the name of an attribute is missing after attribute:'],
    [
      'attribute:a@b == x',
      12,
      'the name of an attribute has no "@"; it may have letters, digits and - _ / \\ .',
    ],
    [
      `attribute:${'n'.repeat(129)} exists`,
      11,
      'the name of an attribute has at most 128 characters, and this has 129',
    ],
    ['instance-type == x', 1, '"instance-type" is no subject; did you mean "attribute:ecs.instance-type"?'],
    ['ecs.os-type == linux', 1, '"ecs.os-type" is no subject; did you mean "attribute:ecs.os-type"?'],
    ['agentConected == true', 1, '"agentConected" is no subject; did you mean "agentConnected"?'],
    [
      'zzz exists',
      1,
      expect.stringMatching(/^"zzz" is no subject; write attribute:NAME, or one of: agentConnected, /),
    ],
    ['attribute:a = b', 13, '"=" is no operator; write =='],
    ['attribute:a <> b', 13, '"<>" is no operator; write !='],
    ['attribute:a not in [b]', 13, '"not" is no operator; write !in, or !exists'],
    ['attribute:a equal b', 13, '"equal" is no operator; did you mean "equals"?'],
    ['attribute:a', 12, expect.stringMatching(/^nothing follows attribute:a; write an operator: ==, /)],
    ['attribute:a ==', 15, 'an argument is missing after ==; write one, such as == linux'],
    ['(attribute:a ==)', 16, 'an argument is missing after ==; write one, such as == linux'],
    ['attribute:a == [b, c]', 16, '== takes one argument; write in [a, b] for several'],
    ['attribute:a in b', 16, 'in needs a list in brackets; write it as in [a, b]'],
    ['attribute:a !in (b)', 17, '!in needs a list in brackets; write it as !in [a, b]'],
    ['attribute:a in [b', 16, 'this [ is never closed; add a ]'],
    ['attribute:a in []', 17, 'an argument is missing here; write one, or remove the comma'],
    ['attribute:a in [b,]', 19, 'an argument is missing here; write one, or remove the comma'],
    ["attribute:a == 'b", 16, "this ' is never closed; add another"],
    [
      'attribute:a exists attribute:b exists',
      20,
      expect.stringMatching(/^"attribute:b" follows what is complete; join two conditions by and or or/),
    ],
    [
      'attribute:a == two words',
      20,
      expect.stringMatching(/^"words" follows what is complete;.* put an argument with spaces in quotes$/),
    ],
    ['attribute:a exists & attribute:b exists', 20, '& joins nothing; write &&'],
    ['attribute:a exists and', 23, 'a condition is missing here, such as attribute:ecs.os-type == linux'],
    ['(attribute:a exists', 1, 'this ( is never closed; add a )'],
    ['(attribute:a exists b', 21, '"b" follows what is complete; write and, or or )'],
    ['attribute:a exists)', 19, 'this ) closes nothing; remove it, or add a ( before'],
    [`${'('.repeat(60)}attribute:a exists`, 52, 'it is nested more than 50 deep'],
  ])('%s', (text, column, message) => {
    const parsed = parseQuery(text);
    expect(parsed).toEqual({ error: { column, message } });
  });
});

describe('what is doubted', () => {
  it.each([
    [
      'attribute:ecs.os_type == linux',
      1,
      'ECS gives no host an attribute ecs.os_type; did you mean ecs.os-type?',
    ],
    [
      'not(agentVersion =~ 1.*)',
      5,
      'AWS documents no =~ for agentVersion; it documents ==, !=, >, >=, <, <=',
    ],
    [
      'attribute:a exists and attribute:b =~ a++',
      24,
      expect.stringContaining('cannot decide the pattern a++'),
    ],
  ])('%s', (text, column, message) => {
    expect(doubtsOf(read(text))).toEqual([{ column, message }]);
  });

  it('nothing of what AWS documents', () => {
    const examples = [
      'attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d',
      'task:group == service:production',
      'attribute:ecs.capability.external exists or attribute:team == a',
    ];
    expect(examples.flatMap((text) => doubtsOf(read(text)))).toEqual([]);
  });
});

describe('printing and parsing', () => {
  const subjects = fc.oneof(
    fc.constantFrom(...Object.keys(SUBJECTS)),
    fc.stringMatching(/^attribute:[\w./\\-]{1,20}$/),
  );
  const plain = fc.string({ unit: 'binary-ascii', maxLength: 12 });
  const argument = plain.filter((text) => !(text.includes("'") && text.includes('"')));

  function listFor(operator: Operator): fc.Arbitrary<string[]> {
    if (operator === 'exists' || operator === 'not_exists') return fc.constant([]);
    const isList = operator === 'in' || operator === 'not_in';
    return fc.array(isList ? argument.filter((text) => text !== '') : argument, {
      minLength: 1,
      maxLength: isList ? 4 : 1,
    });
  }

  const comparison = subjects.chain((subject) =>
    fc
      .constantFrom(...operatorsOf(subject))
      .chain((operator) =>
        listFor(operator).map(
          (list): Expression => ({ type: 'comparison', subject, operator, arguments: list, column: 0 }),
        ),
      ),
  );
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      comparison,
      tie('expression').map((of): Expression => ({ type: 'not', of })),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('expression'), { minLength: 2, maxLength: 3 }))
        .map(([type, parts]): Expression => ({ type, parts })),
    ),
  }));

  function withoutColumns(expression: Expression): unknown {
    if (expression.type === 'comparison') return { ...expression, column: 0 };
    if (expression.type === 'not') return { type: 'not', of: withoutColumns(expression.of) };
    return { type: expression.type, parts: expression.parts.map(withoutColumns) };
  }

  it('agree: what is printed is read as what it was', () => {
    fc.assert(
      fc.property(expression, (one) => {
        expect(withoutColumns(read(printed(one)))).toEqual(one);
      }),
    );
  });

  it('the words of an operator mean what its sign does', () => {
    for (const [word, sign] of Object.entries(OPERATORS)) {
      const list = word.endsWith('exists') ? '' : word.endsWith('in') ? ' [a]' : ' a';
      expect(read(`attribute:x ${word}${list}`)).toEqual(read(`attribute:x ${sign}${list}`));
    }
  });

  it('any text is an expression that is printed and read alike, or a mistake at a column of it', () => {
    const bits = ['attribute:a', '==', ' ', '(', ')', '!', 'in', '[', ']', ',', "'", 'and', '||', 'x'];
    const texts = fc.array(fc.constantFrom(...bits), { maxLength: 14 }).map((all) => all.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseQuery(text);
        const isSound =
          'error' in parsed
            ? parsed.error.column >= 1 && parsed.error.column <= text.length + 1
            : printed(read(printed(parsed.expression))) === printed(parsed.expression);
        expect(isSound).toBe(true);
      }),
    );
  });
});
