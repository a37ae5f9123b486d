# An OpenTelemetry gateway behind a network load balancer, and a page behind an application load balancer.

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

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

resource "aws_security_group" "gateway" {
  name   = "gateway"
  vpc_id = data.aws_vpc.default.id
}

# The network load balancer: StatsD over UDP, OTLP over TCP, syslog over both.

resource "aws_lb" "gateway" {
  name               = "gateway"
  internal           = true
  load_balancer_type = "network"
  subnets            = slice(sort(data.aws_subnets.default.ids), 0, 2)
  security_groups    = [aws_security_group.gateway.id]

  enable_cross_zone_load_balancing = var.release > 1
}

locals {
  ports = {
    statsd = { port = 8125, protocol = "UDP" }
    otlp   = { port = 4317, protocol = "TCP" }
    syslog = { port = 5514, protocol = "TCP_UDP" }
  }
}

resource "aws_lb_target_group" "gateway" {
  for_each             = local.ports
  name                 = "gateway-${each.key}"
  port                 = each.value.port
  protocol             = each.value.protocol
  target_type          = "ip"
  vpc_id               = data.aws_vpc.default.id
  deregistration_delay = 20 * var.release

  health_check {
    protocol          = "HTTP"
    port              = 13133
    path              = "/"
    interval          = 10
    healthy_threshold = 1 + var.release
  }
}

resource "aws_lb_listener" "gateway" {
  for_each          = local.ports
  load_balancer_arn = aws_lb.gateway.arn
  port              = each.value.port
  protocol          = each.value.protocol

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.gateway[each.key].arn
  }
}

# The application load balancer, with rules.

resource "aws_lb" "page" {
  name            = "page"
  internal        = true
  subnets         = data.aws_subnets.default.ids
  security_groups = [aws_security_group.gateway.id]
  idle_timeout    = 30 * var.release
}

resource "aws_lb_target_group" "page" {
  name_prefix = "page-"
  port        = 55679
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = data.aws_vpc.default.id

  stickiness {
    type    = "lb_cookie"
    enabled = false
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "page" {
  load_balancer_arn = aws_lb.page.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "release ${var.release}"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "page" {
  listener_arn = aws_lb_listener.page.arn
  priority     = 10 * var.release

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.page.arn
  }

  condition {
    path_pattern {
      values = ["/debug/*"]
    }
  }
}

resource "aws_lb_target_group_attachment" "by_hand" {
  target_group_arn = aws_lb_target_group.page.arn
  target_id        = cidrhost(data.aws_vpc.default.cidr_block, 77)
  port             = 55680
}

# What runs behind it.

data "aws_iam_policy_document" "assumed_by_tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "gateway-execution"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_tasks.json
}

resource "aws_ecs_cluster" "gateway" {
  name = "gateway"
}

resource "aws_ecs_cluster_capacity_providers" "gateway" {
  cluster_name       = aws_ecs_cluster.gateway.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }
}

resource "aws_ecs_task_definition" "gateway" {
  family                   = "gateway"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name         = "otel"
    image        = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.${var.release}"
    portMappings = [for each in local.ports : { containerPort = each.port, protocol = each.protocol == "UDP" ? "udp" : "tcp" }]
  }])
}

resource "aws_ecs_service" "gateway" {
  name                              = "gateway"
  cluster                           = aws_ecs_cluster.gateway.arn
  task_definition                   = aws_ecs_task_definition.gateway.arn
  desired_count                     = 2
  health_check_grace_period_seconds = 30 * var.release
  propagate_tags                    = "SERVICE"
  force_new_deployment              = true
  wait_for_steady_state             = true

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
    subnets         = aws_lb.gateway.subnets
    security_groups = [aws_security_group.gateway.id]
  }

  dynamic "load_balancer" {
    for_each = local.ports
    content {
      target_group_arn = aws_lb_target_group.gateway[load_balancer.key].arn
      container_name   = "otel"
      container_port   = load_balancer.value.port
    }
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  depends_on = [aws_lb_listener.gateway, aws_ecs_cluster_capacity_providers.gateway]
}

# What another stack looks up.

data "aws_lb" "gateway" {
  name = aws_lb.gateway.name
}

data "aws_lb_target_group" "statsd" {
  arn = aws_lb_target_group.gateway["statsd"].arn
}

data "aws_lb_listener" "page" {
  load_balancer_arn = aws_lb.page.arn
  port              = aws_lb_listener.page.port
}
