import type {
  GetParameterCommandInput,
  GetParameterCommandOutput,
  GetParameterHistoryCommandInput,
  GetParameterHistoryCommandOutput,
  GetParametersByPathCommandInput,
  GetParametersByPathCommandOutput,
  GetParametersCommandInput,
  GetParametersCommandOutput,
  Parameter as ParameterShape,
} from '@aws-sdk/client-ssm';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { SortedMap } from '../sorted-map.ts';
import { checkLength, ssmPage, validation } from './checks.ts';
import { isBelow, pathTest } from './filters.ts';
import { findParameter, notFound, requireParameter } from './find.ts';
import { publicNames, publicParameter } from './public-parameters.ts';
import { versionNotFound } from './put.ts';
import { showHistory, showParameter } from './show.ts';
import { latestOf } from './state.ts';
import type { Parameter, ParameterVersion } from './state.ts';

const MAX_NAMES = 10;
const MAX_BY_PATH = 10;
const MAX_HISTORY = 50;

/** Throws ParameterNotFound, ParameterVersionNotFound, ValidationException. */
export function getParameter(
  input: GetParameterCommandInput,
  context: CallContext,
): Answer<GetParameterCommandOutput> {
  const { Name: name = '', WithDecryption: isDecrypted = false } = input;
  checkLength(name, 'name', 1, 2048);
  const found = findParameter(context, name);
  if (found === undefined) throw notFound();
  const { parameter, version, selector } = found;
  if (version === undefined) throw versionNotFound(parameter.name, selector?.slice(1) ?? '');
  return { Parameter: showParameter(parameter, version, { isDecrypted, selector }) };
}

/** Answers those of up to ten names that are there; the others are invalid, and no error. Throws ValidationException. */
export function getParameters(
  input: GetParametersCommandInput,
  context: CallContext,
): Answer<GetParametersCommandOutput> {
  const { Names: names = [], WithDecryption: isDecrypted = false } = input;
  checkLength(names, 'names', 1, MAX_NAMES);
  const Parameters: ParameterShape[] = [];
  const InvalidParameters: string[] = [];
  for (const name of new Set(names)) {
    const found = findParameter(context, name);
    if (found?.version === undefined) InvalidParameters.push(name);
    else
      Parameters.push(
        showParameter(found.parameter, found.version, { isDecrypted, selector: found.selector }),
      );
  }
  return { Parameters, InvalidParameters };
}

/** Answers what is below a path, also of what AWS publishes. Throws ValidationException, InvalidFilterKey and the like. */
export function getParametersByPath(
  input: GetParametersByPathCommandInput,
  { region, state }: CallContext,
): Answer<GetParametersByPathCommandOutput> {
  const { Path: path = '', Recursive: isRecursive = false, WithDecryption: isDecrypted = false } = input;
  if (!/^\/[a-zA-Z0-9_.\-/]*$/.test(path)) {
    throw validation(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
    );
  }
  const test = pathTest(input.ParameterFilters);
  const parameters = /^\/aws(\/|$)/.test(path) ? published(region) : state.ssm.parameters;
  const page = ssmPage(
    input,
    MAX_BY_PATH,
    (start) => parameters.from(start),
    (parameter) => isBelow(parameter.name, path, isRecursive) && test(parameter),
  );
  return {
    Parameters: page.items.map((parameter) => showParameter(parameter, latestOf(parameter), { isDecrypted })),
    NextToken: page.nextToken,
  };
}

/** Throws ParameterNotFound, ValidationException. */
export function getParameterHistory(
  input: GetParameterHistoryCommandInput,
  context: CallContext,
): Answer<GetParameterHistoryCommandOutput> {
  const parameter = requireParameter(context, input.Name);
  const page = ssmPage(input, MAX_HISTORY, (start) => versionsFrom(parameter, start));
  return {
    Parameters: page.items.map((version) => showHistory(parameter, version, input.WithDecryption ?? false)),
    NextToken: page.nextToken,
  };
}

function* versionsFrom(
  { versions }: Parameter,
  start: string,
): Generator<readonly [string, ParameterVersion]> {
  for (const version of versions) {
    if (version.version >= Number(start)) yield [String(version.version), version];
  }
}

function published(region: string): SortedMap<Parameter> {
  const parameters = new SortedMap<Parameter>();
  for (const name of publicNames()) parameters.set(name, publicParameter(region, name)!);
  return parameters;
}
