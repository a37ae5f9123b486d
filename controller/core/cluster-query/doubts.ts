import { closest } from '../suggest.ts';
import { ATTRIBUTE, BUILT_IN_ATTRIBUTES, OPERATORS, operatorsOf } from './expression.ts';
import type { Comparison, Expression } from './expression.ts';
import { wholeMatch } from './java-pattern.ts';
import type { QueryError } from './parse.ts';

/** What AWS may take and what will probably not do what it says. */
export function doubtsOf(expression: Expression): readonly QueryError[] {
  if (expression.type === 'not') return doubtsOf(expression.of);
  if (expression.type !== 'comparison') return expression.parts.flatMap(doubtsOf);
  const message = doubtOf(expression);
  return message === undefined ? [] : [{ column: expression.column, message }];
}

function doubtOf({ subject, operator, arguments: list }: Comparison): string | undefined {
  const name = subject.startsWith(ATTRIBUTE) ? subject.slice(ATTRIBUTE.length) : undefined;
  const meant = closest(name ?? '', BUILT_IN_ATTRIBUTES);
  if (name?.startsWith('ecs.') === true && meant !== undefined && meant !== name) {
    if (!BUILT_IN_ATTRIBUTES.includes(name))
      return `ECS gives no host an attribute ${name}; did you mean ${meant}?`;
  }
  const operators = operatorsOf(subject);
  if (!operators.includes(operator)) {
    const valid = operators.map((one) => OPERATORS[one]).join(', ');
    return `AWS documents no ${OPERATORS[operator]} for ${subject}; it documents ${valid}`;
  }
  const [argument = ''] = list;
  const isPattern = operator === 'matches' || operator === 'not_matches';
  return isPattern && wholeMatch(argument) === undefined
    ? `Stationkeeper cannot decide the pattern ${argument}, so that it does not know which hosts a daemon belongs on; a simpler one is decided`
    : undefined;
}
