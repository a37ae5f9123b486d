# A service in a network of its own, written with all that the provider has for it: rules one by one, tags by default, looked up
# what another stack would look up. `release` changes it, in place where AWS can.

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

data "aws_region" "here" {}

data "aws_availability_zones" "here" {
  state = "available"
}

data "aws_ec2_managed_prefix_list" "s3" {
  name = "com.amazonaws.${data.aws_region.here.name}.s3"
}

data "aws_iam_policy" "execution" {
  name = "AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "assumed_by_tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.me.account_id]
    }
  }
}

data "aws_iam_policy_document" "traces" {
  statement {
    sid       = "Release${var.release}"
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }
}

# The network.

resource "aws_vpc" "own" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "own" }
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.own.id
  cidr_block        = cidrsubnet(aws_vpc.own.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.here.names[count.index]
  tags              = { Name = "private-${count.index}", release = var.release }
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.own.id
}

resource "aws_security_group" "clients" {
  name   = "clients"
  vpc_id = aws_vpc.own.id
}

resource "aws_security_group" "web" {
  name_prefix = "web-"
  description = "Web, release ${var.release}"
  vpc_id      = aws_vpc.own.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  security_group_id            = aws_security_group.web.id
  referenced_security_group_id = aws_security_group.clients.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  description                  = "release ${var.release}"
  tags                         = { rule = "clients" }
}

resource "aws_vpc_security_group_ingress_rule" "ipv6" {
  security_group_id = aws_security_group.web.id
  cidr_ipv6         = "2001:db8::/32"
  ip_protocol       = "-1"
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  security_group_id = aws_security_group.web.id
  prefix_list_id    = data.aws_ec2_managed_prefix_list.s3.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group_rule" "blocks" {
  type              = "ingress"
  security_group_id = aws_security_group.clients.id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.20.0.0/16", "10.30.0.0/16"]
  description       = "release ${var.release}"
}

resource "aws_security_group_rule" "to_web" {
  type                     = "egress"
  security_group_id        = aws_security_group.clients.id
  protocol                 = "6"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.web.id
}

# Who it runs as.

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  path   = "/own/"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_iam_role" "execution" {
  name_prefix          = "execution-"
  path                 = "/own/"
  assume_role_policy   = data.aws_iam_policy_document.assumed_by_tasks.json
  max_session_duration = 3600 * var.release
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = data.aws_iam_policy.execution.arn
}

resource "aws_iam_role" "task" {
  name               = "own-task"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_tasks.json
}

resource "aws_iam_policy" "traces" {
  name   = "traces"
  policy = data.aws_iam_policy_document.traces.json
}

resource "aws_iam_role_policy_attachment" "traces" {
  role       = aws_iam_role.task.name
  policy_arn = aws_iam_policy.traces.arn
}

resource "aws_iam_service_linked_role" "autoscaling" {
  aws_service_name = "ecs.application-autoscaling.amazonaws.com"
  description      = "release ${var.release}"
}

# What runs.

resource "aws_cloudwatch_log_group" "web" {
  name_prefix       = "/own/web-"
  retention_in_days = var.release == 1 ? 7 : 0
}

resource "aws_ecs_cluster" "own" {
  name = "own"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  configuration {
    execute_command_configuration {
      logging = "OVERRIDE"
      log_configuration {
        cloud_watch_log_group_name = aws_cloudwatch_log_group.web.name
      }
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "own" {
  cluster_name       = aws_ecs_cluster.own.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 100
  }
}

resource "aws_service_discovery_private_dns_namespace" "own" {
  name        = "own.internal"
  description = "release ${var.release}"
  vpc         = aws_vpc.own.id
}

resource "aws_service_discovery_service" "web" {
  name = "web"

  dns_config {
    namespace_id = aws_service_discovery_private_dns_namespace.own.id
    dns_records {
      type = "SRV"
      ttl  = 10 * var.release
    }
  }

  health_check_custom_config {
    failure_threshold = 1
  }
}

resource "aws_ssm_parameter" "token" {
  name  = "token"
  type  = "SecureString"
  value = "open sesame"
}

resource "aws_ecs_task_definition" "web" {
  family                   = "own-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  pid_mode                 = "task"
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  ephemeral_storage {
    size_in_gib = 30
  }

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  volume {
    name = "scratch"
  }

  container_definitions = jsonencode([
    {
      name        = "init"
      image       = "public.ecr.aws/docker/library/busybox:latest"
      essential   = false
      command     = ["true"]
      mountPoints = [{ sourceVolume = "scratch", containerPath = "/data", readOnly = false }]
    },
    {
      name                   = "web"
      image                  = "public.ecr.aws/nginx/nginx:${var.release}"
      portMappings           = [{ containerPort = 8080, name = "http", appProtocol = "http" }]
      dependsOn              = [{ containerName = "init", condition = "SUCCESS" }]
      environment            = [{ name = "B", value = "2" }, { name = "A", value = "1" }]
      secrets                = [{ name = "TOKEN", valueFrom = aws_ssm_parameter.token.arn }]
      healthCheck            = { command = ["CMD-SHELL", "curl -f http://localhost:8080/ || exit 1"], interval = 15, retries = 2, timeout = 3 }
      ulimits                = [{ name = "nofile", softLimit = 1024, hardLimit = 4096 }]
      linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["NET_RAW"] } }
      mountPoints            = [{ sourceVolume = "scratch", containerPath = "/data" }]
      readonlyRootFilesystem = true
      user                   = "1000"
      stopTimeout            = 30
      dockerLabels           = { team = "web" }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.web.name
          awslogs-region        = data.aws_region.here.name
          awslogs-stream-prefix = "web"
          mode                  = "non-blocking"
        }
      }
    },
  ])
}

resource "aws_ecs_service" "web" {
  name                               = "web"
  cluster                            = aws_ecs_cluster.own.arn
  task_definition                    = aws_ecs_task_definition.web.arn
  desired_count                      = 2 * var.release
  platform_version                   = "1.4.0"
  deployment_minimum_healthy_percent = 50
  deployment_maximum_percent         = 250 - 50 * var.release
  availability_zone_rebalancing      = "DISABLED"
  enable_execute_command             = true
  enable_ecs_managed_tags            = true
  propagate_tags                     = "TASK_DEFINITION"
  force_new_deployment               = true
  wait_for_steady_state              = var.release > 1
  triggers                           = { release = var.release }

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 1
  }

  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 3
  }

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.web.id]
  }

  service_registries {
    registry_arn   = aws_service_discovery_service.web.arn
    container_name = "web"
    container_port = 8080
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = false
  }

  depends_on = [aws_ecs_cluster_capacity_providers.own]
}

# What another stack looks up.

data "aws_ecs_cluster" "own" {
  cluster_name = aws_ecs_cluster.own.name
}

data "aws_ecs_service" "web" {
  service_name = aws_ecs_service.web.name
  cluster_arn  = data.aws_ecs_cluster.own.arn
}

data "aws_ecs_task_definition" "web" {
  task_definition = aws_ecs_task_definition.web.family
}

data "aws_service_discovery_dns_namespace" "own" {
  name = aws_service_discovery_private_dns_namespace.own.name
  type = "DNS_PRIVATE"
}

data "aws_route53_zone" "own" {
  name         = data.aws_service_discovery_dns_namespace.own.name
  private_zone = true
  vpc_id       = aws_vpc.own.id
}

data "aws_service_discovery_service" "web" {
  name         = aws_service_discovery_service.web.name
  namespace_id = data.aws_service_discovery_dns_namespace.own.id
}

data "aws_security_group" "web" {
  id = aws_security_group.web.id
}

data "aws_iam_role" "task" {
  name = aws_iam_role.task.name
}

data "aws_cloudwatch_log_group" "web" {
  name = aws_cloudwatch_log_group.web.name
}

# What each is imported by.

output "import_ids" {
  value = {
    "aws_cloudwatch_log_group.web"                    = aws_cloudwatch_log_group.web.name
    "aws_ecs_cluster.own"                             = aws_ecs_cluster.own.name
    "aws_ecs_cluster_capacity_providers.own"          = aws_ecs_cluster.own.name
    "aws_ecs_task_definition.web"                     = aws_ecs_task_definition.web.arn
    "aws_iam_policy.traces"                           = aws_iam_policy.traces.arn
    "aws_iam_role.execution"                          = aws_iam_role.execution.name
    "aws_iam_role_policy_attachment.traces"           = "${aws_iam_role.task.name}/${aws_iam_policy.traces.arn}"
    "aws_security_group.web"                          = aws_security_group.web.id
    "aws_security_group_rule.blocks"                  = "${aws_security_group.clients.id}_ingress_tcp_443_443_10.20.0.0/16_10.30.0.0/16"
    "aws_service_discovery_private_dns_namespace.own" = "${aws_service_discovery_private_dns_namespace.own.id}:${aws_vpc.own.id}"
    "aws_service_discovery_service.web"               = aws_service_discovery_service.web.id
    "aws_subnet.private[0]"                           = aws_subnet.private[0].id
    "aws_vpc_security_group_egress_rule.s3"           = aws_vpc_security_group_egress_rule.s3.id
  }
}
