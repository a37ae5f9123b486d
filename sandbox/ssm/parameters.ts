import type {
  DeleteParameterCommandInput,
  DeleteParameterCommandOutput,
  DeleteParametersCommandInput,
  DeleteParametersCommandOutput,
  DescribeParametersCommandInput,
  DescribeParametersCommandOutput,
} from '@aws-sdk/client-ssm';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { tagsChanged } from '../tagging/state.ts';
import { checkLength, ssmPage } from './checks.ts';
import { listTest } from './filters.ts';
import { notFound } from './find.ts';
import { showMetadata } from './show.ts';
import { latestOf } from './state.ts';

const MAX_DESCRIBED = 50;
const MAX_DELETED = 10;

/** Answers what is known of parameters besides their values. Throws ValidationException, InvalidFilterKey and the like. */
export function describeParameters(
  input: DescribeParametersCommandInput,
  { state }: CallContext,
): Answer<DescribeParametersCommandOutput> {
  const test = listTest(input.Filters, input.ParameterFilters);
  const { parameters } = state.ssm;
  const page = ssmPage(input, MAX_DESCRIBED, (start) => parameters.from(start), test);
  return {
    Parameters: page.items.map((parameter) => showMetadata(parameter, latestOf(parameter))),
    NextToken: page.nextToken,
  };
}

/** Throws ParameterNotFound. */
export function deleteParameter(
  input: DeleteParameterCommandInput,
  context: CallContext,
): Answer<DeleteParameterCommandOutput> {
  if (!remove(input.Name ?? '', context)) throw notFound();
  return {};
}

/** Deletes those of up to ten names that are there; the others are invalid, and no error. Throws ValidationException. */
export function deleteParameters(
  { Names: names = [] }: DeleteParametersCommandInput,
  context: CallContext,
): Answer<DeleteParametersCommandOutput> {
  checkLength(names, 'names', 1, MAX_DELETED);
  const deleted = new Set(names.filter((name) => remove(name, context)));
  return {
    DeletedParameters: [...deleted],
    InvalidParameters: names.filter((name) => !deleted.has(name)),
  };
}

function remove(name: string, context: CallContext): boolean {
  const { parameters } = context.state.ssm;
  const parameter = parameters.get(name);
  if (parameter === undefined) return false;
  parameters.delete(name);
  tagsChanged(context, parameter.arn, undefined);
  return true;
}
