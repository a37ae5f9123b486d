# What a daemon fetches before it starts: its image, a parameter and a secret, as their providers make and read them.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  default_tags {
    tags = { managed-by = "terraform" }
  }
}

variable "release" {
  type    = number
  default = 1
}

data "aws_caller_identity" "me" {}

resource "aws_ecr_repository" "xray" {
  name                 = "daemons/xray"
  image_tag_mutability = var.release > 1 ? "MUTABLE" : "IMMUTABLE"
  force_delete         = true

  image_scanning_configuration {
    scan_on_push = var.release > 1
  }

  encryption_configuration {
    encryption_type = "KMS"
  }

  tags = { release = var.release }
}

resource "aws_ecr_lifecycle_policy" "xray" {
  repository = aws_ecr_repository.xray.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "what nobody calls by a name"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 * var.release }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "old releases"
        selection    = { tagStatus = "tagged", tagPatternList = ["3.*"], countType = "imageCountMoreThan", countNumber = 10 }
        action       = { type = "expire" }
      },
    ]
  })
}

data "aws_iam_policy_document" "pull" {
  statement {
    sid     = "Other accounts pull"
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

resource "aws_ecr_repository_policy" "xray" {
  repository = aws_ecr_repository.xray.name
  policy     = data.aws_iam_policy_document.pull.json
}

data "aws_ecr_repository" "xray" {
  name = aws_ecr_repository.xray.name
}

data "aws_ecr_authorization_token" "here" {}

data "aws_ecr_image" "xray" {
  count           = var.release > 1 ? 1 : 0
  repository_name = aws_ecr_repository.xray.name
  image_tag       = "3.x"
}

resource "aws_ssm_parameter" "endpoint" {
  name        = "/daemons/xray/endpoint"
  description = "release ${var.release}"
  type        = "String"
  value       = "https://xray${var.release}.example.org"
}

resource "aws_ssm_parameter" "token" {
  name  = "/daemons/xray/token"
  type  = "SecureString"
  value = "open sesame ${var.release}"
}

data "aws_ssm_parameter" "token" {
  name = aws_ssm_parameter.token.name
}

data "aws_ssm_parameters_by_path" "daemons" {
  path       = "/daemons"
  recursive  = true
  depends_on = [aws_ssm_parameter.endpoint, aws_ssm_parameter.token]
}

data "aws_ssm_parameter" "recommended" {
  name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
}

resource "aws_secretsmanager_secret" "db" {
  name                    = "prod/db"
  description             = "release ${var.release}"
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "db" {
  secret_id     = aws_secretsmanager_secret.db.id
  secret_string = jsonencode({ user = "app", password = "open sesame ${var.release}" })
}

resource "aws_secretsmanager_secret_policy" "db" {
  secret_arn = aws_secretsmanager_secret.db.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

data "aws_secretsmanager_secret" "db" {
  name       = "prod/db"
  depends_on = [aws_secretsmanager_secret.db]
}

data "aws_secretsmanager_secret_version" "db" {
  secret_id  = aws_secretsmanager_secret.db.id
  depends_on = [aws_secretsmanager_secret_version.db]
}

output "seen" {
  value = {
    uri    = data.aws_ecr_repository.xray.repository_url
    digest = one(data.aws_ecr_image.xray[*].image_digest)
    proxy  = data.aws_ecr_authorization_token.here.proxy_endpoint
    names  = data.aws_ssm_parameters_by_path.daemons.names
    image  = nonsensitive(data.aws_ssm_parameter.recommended.value)
    token  = nonsensitive(data.aws_ssm_parameter.token.value)
    secret = nonsensitive(jsondecode(data.aws_secretsmanager_secret_version.db.secret_string).password)
    same   = data.aws_secretsmanager_secret.db.arn == aws_secretsmanager_secret.db.arn
  }
}

output "import_ids" {
  value = {
    "aws_ecr_repository.xray"              = aws_ecr_repository.xray.name
    "aws_ecr_lifecycle_policy.xray"        = aws_ecr_lifecycle_policy.xray.repository
    "aws_ecr_repository_policy.xray"       = aws_ecr_repository_policy.xray.repository
    "aws_ssm_parameter.endpoint"           = aws_ssm_parameter.endpoint.name
    "aws_secretsmanager_secret_version.db" = "${aws_secretsmanager_secret.db.id}|${aws_secretsmanager_secret_version.db.version_id}"
    "aws_secretsmanager_secret_policy.db"  = aws_secretsmanager_secret_policy.db.id
  }
}
