# Three agents on every host of a cluster, in each network mode that tasks on hosts have: on the host's network and found by SRV records, behind a
# bridge where the hosts have an attribute, and with interfaces of their own.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

variable "image" {
  type    = string
  default = "quay.io/prometheus/node-exporter:v1.9.1"
}

variable "stack" {
  type    = string
  default = "prod"
}

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

resource "aws_ecs_cluster" "hosts" {
  name = "terraform-hosts"
}

resource "aws_service_discovery_private_dns_namespace" "hosts" {
  name = "hosts.internal"
  vpc  = data.aws_vpc.default.id
}

resource "aws_service_discovery_service" "exporter" {
  name = "exporter"

  dns_config {
    namespace_id = aws_service_discovery_private_dns_namespace.hosts.id
    dns_records {
      type = "SRV"
      ttl  = 15
    }
    routing_policy = "MULTIVALUE"
  }

  health_check_custom_config {
    failure_threshold = 1
  }
}

resource "aws_cloudwatch_log_group" "exporter" {
  name              = "/hosts/exporter"
  retention_in_days = 7
}

resource "aws_ecs_task_definition" "exporter" {
  family                   = "terraform-exporter"
  requires_compatibilities = ["EC2"]
  network_mode             = "host"
  pid_mode                 = "host"
  execution_role_arn       = aws_iam_role.execution.arn

  volume {
    name      = "root"
    host_path = "/"
  }

  container_definitions = jsonencode([
    {
      name         = "exporter"
      image        = var.image
      essential    = true
      cpu          = 32
      memory       = 64
      command      = ["--path.rootfs=/host"]
      portMappings = [{ containerPort = 9100, hostPort = 9100, protocol = "tcp" }]
      mountPoints  = [{ sourceVolume = "root", containerPath = "/host", readOnly = true }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.exporter.name
          "awslogs-region"        = "us-east-1"
          "awslogs-stream-prefix" = "exporter"
        }
      }
    },
    {
      name              = "cadvisor"
      image             = "gcr.io/cadvisor/cadvisor:v0.52.1"
      essential         = false
      cpu               = 64
      memoryReservation = 128
      portMappings      = [{ containerPort = 9101, hostPort = 9101, protocol = "tcp" }]
    },
  ])
}

resource "aws_ecs_service" "exporter" {
  name                               = "exporter"
  cluster                            = aws_ecs_cluster.hosts.id
  task_definition                    = aws_ecs_task_definition.exporter.arn
  launch_type                        = "EC2"
  scheduling_strategy                = "DAEMON"
  deployment_minimum_healthy_percent = 50
  wait_for_steady_state              = true

  service_registries {
    registry_arn   = aws_service_discovery_service.exporter.arn
    container_name = "exporter"
    container_port = 9100
  }
}

resource "aws_ecs_task_definition" "agent" {
  family                   = "terraform-agent"
  requires_compatibilities = ["EC2"]
  network_mode             = "bridge"

  container_definitions = jsonencode([{
    name         = "agent"
    image        = "public.ecr.aws/datadog/agent:7"
    cpu          = 100
    memory       = 256
    portMappings = [{ containerPort = 8125, hostPort = 8125, protocol = "udp" }]
    environment  = [{ name = "DD_SITE", value = "datadoghq.com" }]
  }])
}

resource "aws_ecs_service" "agent" {
  name                = "agent"
  cluster             = aws_ecs_cluster.hosts.id
  task_definition     = aws_ecs_task_definition.agent.arn
  launch_type         = "EC2"
  scheduling_strategy = "DAEMON"

  placement_constraints {
    type       = "memberOf"
    expression = "attribute:stack == ${var.stack}"
  }
}

resource "aws_ecs_task_definition" "scanner" {
  family                   = "terraform-scanner"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  cpu                      = 128
  memory                   = 256
  container_definitions    = jsonencode([{ name = "scanner", image = "example.org/scanner:1", essential = true }])
}

resource "aws_security_group" "scanner" {
  name   = "terraform-scanner"
  vpc_id = data.aws_vpc.default.id

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_ecs_service" "scanner" {
  name                = "scanner"
  cluster             = aws_ecs_cluster.hosts.id
  task_definition     = aws_ecs_task_definition.scanner.arn
  launch_type         = "EC2"
  scheduling_strategy = "DAEMON"

  network_configuration {
    subnets         = data.aws_subnets.default.ids
    security_groups = [aws_security_group.scanner.id]
  }
}

resource "aws_iam_role" "execution" {
  name = "terraform-hosts-execution"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}
