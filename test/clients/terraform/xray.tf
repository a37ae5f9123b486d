# The X-Ray daemon's stack as a Terraform user writes it, in the account's default VPC.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

variable "desired_count" {
  type    = number
  default = 2
}

variable "image" {
  type    = string
  default = "public.ecr.aws/xray/aws-xray-daemon:3.x"
}

variable "record_ttl" {
  type    = number
  default = 60
}

variable "clients_cidr" {
  type    = string
  default = "172.31.0.0/16"
}

data "aws_region" "here" {}

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

data "aws_iam_policy_document" "assumed_by_tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_service_discovery_private_dns_namespace" "services" {
  name        = "services.dockerinaws.org"
  description = "shared daemons"
  vpc         = data.aws_vpc.default.id
}

resource "aws_service_discovery_service" "xray" {
  name = "xray"

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.services.id
    routing_policy = "MULTIVALUE"
    dns_records {
      type = "A"
      ttl  = var.record_ttl
    }
  }

  health_check_custom_config {
    failure_threshold = 1
  }
}

resource "aws_cloudwatch_log_group" "xray" {
  name              = "/terraform/xray"
  retention_in_days = 7
  tags              = { team = "platform" }
}

resource "aws_iam_role" "execution" {
  name               = "terraform-xray-execution"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_tasks.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role" "task" {
  name               = "terraform-xray-task"
  description        = "What the X-Ray daemon may do"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_tasks.json
  tags               = { team = "platform" }
}

resource "aws_iam_role_policy" "write_traces" {
  name = "write-traces"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      Resource = "*"
    }]
  })
}

resource "aws_security_group" "xray" {
  name        = "terraform-xray"
  description = "X-Ray daemon"
  vpc_id      = data.aws_vpc.default.id

  ingress {
    description = "segments"
    protocol    = "udp"
    from_port   = 2000
    to_port     = 2000
    cidr_blocks = [var.clients_cidr]
  }

  ingress {
    protocol    = "tcp"
    from_port   = 2000
    to_port     = 2000
    cidr_blocks = [var.clients_cidr]
  }

  ingress {
    protocol  = -1
    from_port = 0
    to_port   = 0
    self      = true
  }

  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    protocol    = "udp"
    from_port   = 53
    to_port     = 53
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_ecs_cluster" "daemons" {
  name = "terraform-daemons"

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_task_definition" "xray" {
  family                   = "terraform-xray"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  container_definitions = jsonencode([{
    name    = "xray"
    image   = var.image
    command = ["-o"]
    portMappings = [
      { containerPort = 2000, protocol = "udp" },
      { containerPort = 2000, protocol = "tcp" },
    ]
    environment = [{ name = "AWS_REGION", value = data.aws_region.here.name }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.xray.name
        awslogs-region        = data.aws_region.here.name
        awslogs-stream-prefix = "docker"
      }
    }
  }])
}

resource "aws_ecs_service" "xray" {
  name                  = "xray"
  cluster               = aws_ecs_cluster.daemons.id
  task_definition       = aws_ecs_task_definition.xray.arn
  desired_count         = var.desired_count
  launch_type           = "FARGATE"
  propagate_tags        = "SERVICE"
  wait_for_steady_state = true
  tags                  = { team = "platform" }

  network_configuration {
    subnets          = data.aws_subnets.default.ids
    security_groups  = [aws_security_group.xray.id]
    assign_public_ip = true
  }

  service_registries {
    registry_arn = aws_service_discovery_service.xray.arn
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  depends_on = [aws_iam_role_policy_attachment.execution, aws_iam_role_policy.write_traces]
}

output "running" {
  value = aws_ecs_service.xray.desired_count
}
