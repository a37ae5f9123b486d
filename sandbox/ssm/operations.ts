import { deleteParameter, deleteParameters, describeParameters } from './parameters.ts';
import { labelParameterVersion, putParameter } from './put.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './reads.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tagging.ts';

export const ssmOperations = {
  AddTagsToResource: addTagsToResource,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
  DescribeParameters: describeParameters,
  GetParameter: getParameter,
  GetParameterHistory: getParameterHistory,
  GetParameters: getParameters,
  GetParametersByPath: getParametersByPath,
  LabelParameterVersion: labelParameterVersion,
  ListTagsForResource: listTagsForResource,
  PutParameter: putParameter,
  RemoveTagsFromResource: removeTagsFromResource,
} as const;
