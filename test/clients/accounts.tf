# The role of deploy/accounts in an account of an organization, reached by the role that the organization made there, and the role that a
# controller has in an account of its own.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "external_id" {
  type = string
}

provider "aws" {}

provider "aws" {
  alias = "member"

  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"
  }
}

data "aws_caller_identity" "own" {}

resource "aws_iam_role" "controller" {
  name = "controller"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = data.aws_caller_identity.own.account_id }
      Action    = "sts:AssumeRole"
    }]
  })
}

module "member" {
  source    = "./accounts/terraform"
  providers = { aws = aws.member }

  controller_role_arn = aws_iam_role.controller.arn
  external_id         = var.external_id
}

output "role_arn" {
  value = module.member.role_arn
}
