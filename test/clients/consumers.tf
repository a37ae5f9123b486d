# Two applications that use a daemon: one owns all rules of its security group, the other writes them one by one.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "to_daemon" {
  type        = bool
  default     = false
  description = "The group that owns its rules lets its own out to the daemon."
}

data "aws_vpc" "default" {
  default = true
}

data "aws_security_group" "daemon" {
  count  = var.to_daemon ? 1 : 0
  name   = "daemon"
  vpc_id = data.aws_vpc.default.id
}

resource "aws_security_group" "inline" {
  name   = "inline"
  vpc_id = data.aws_vpc.default.id

  ingress {
    protocol    = "tcp"
    from_port   = 8080
    to_port     = 8080
    cidr_blocks = ["10.0.0.0/8"]
  }

  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  dynamic "egress" {
    for_each = data.aws_security_group.daemon
    content {
      protocol        = "udp"
      from_port       = 2000
      to_port         = 2000
      security_groups = [egress.value.id]
    }
  }
}

resource "aws_security_group" "single" {
  name   = "single"
  vpc_id = data.aws_vpc.default.id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.single.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = { rule = "https" }
}

output "groups" {
  value = { inline = aws_security_group.inline.id, single = aws_security_group.single.id }
}
