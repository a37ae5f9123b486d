# The role of ../role.yaml, for an account that Terraform looks after. Its permissions stand there alone.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

locals {
  template = yamldecode(file("${path.module}/../role.yaml"))
  role     = local.template.Resources.Role.Properties
}

resource "aws_iam_role" "stationkeeper" {
  name        = var.role_name
  description = local.role.Description

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      {
        Effect    = "Allow"
        Principal = { AWS = var.controller_role_arn }
        Action    = "sts:AssumeRole"
      },
      var.external_id == "" ? {} : {
        Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
      },
    )]
  })
}

resource "aws_iam_role_policy" "stationkeeper" {
  name   = local.role.Policies[0].PolicyName
  role   = aws_iam_role.stationkeeper.name
  policy = jsonencode(local.role.Policies[0].PolicyDocument)
}
