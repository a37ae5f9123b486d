# A network, groups and roles in the combinations that widely used modules make by default: public and private subnets in three
# zones, what every VPC comes with taken over, one NAT gateway per zone. `release` changes what can be changed in place.

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

locals {
  zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
}

data "aws_prefix_list" "s3" {
  name = "com.amazonaws.us-east-1.s3"
}

# The network.

resource "aws_vpc" "main" {
  cidr_block                       = "10.0.0.0/16"
  assign_generated_ipv6_cidr_block = true
  enable_dns_hostnames             = true
  enable_dns_support               = true
  instance_tenancy                 = "default"
  tags                             = { Name = "main", release = var.release }
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.1.0.0/16"
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "main-default" }
}

resource "aws_default_network_acl" "open" {
  default_network_acl_id = aws_vpc.main.default_network_acl_id
  tags                   = { Name = "main-default" }

  dynamic "ingress" {
    for_each = { 100 = { ipv4 = "0.0.0.0/0", ipv6 = null }, 101 = { ipv4 = null, ipv6 = "::/0" } }
    content {
      rule_no         = ingress.key
      action          = "allow"
      protocol        = "-1"
      from_port       = 0
      to_port         = 0
      cidr_block      = ingress.value.ipv4
      ipv6_cidr_block = ingress.value.ipv6
    }
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }

  lifecycle {
    ignore_changes = [subnet_ids]
  }
}

resource "aws_default_route_table" "local" {
  default_route_table_id = aws_vpc.main.default_route_table_id
  route                  = []
  tags                   = { Name = "main-default" }
}

resource "aws_vpc_dhcp_options" "main" {
  domain_name         = "corp.internal"
  domain_name_servers = ["AmazonProvidedDNS"]
}

resource "aws_vpc_dhcp_options_association" "main" {
  vpc_id          = aws_vpc.main.id
  dhcp_options_id = aws_vpc_dhcp_options.main.id
}

resource "aws_subnet" "public" {
  count                   = 3
  vpc_id                  = aws_vpc.main.id
  availability_zone       = local.zones[count.index]
  cidr_block              = cidrsubnet(aws_vpc.main.cidr_block, 8, 101 + count.index)
  map_public_ip_on_launch = false
  tags                    = { Name = "main-public-${local.zones[count.index]}" }
}

resource "aws_subnet" "private" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, 1 + count.index)
  ipv6_cidr_block   = cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, count.index)
  tags              = { Name = "main-private-${local.zones[count.index]}" }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "main" }
}

resource "aws_egress_only_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "main" }
}

resource "aws_eip" "nat" {
  count      = 3
  domain     = "vpc"
  tags       = { Name = "main-${local.zones[count.index]}", release = var.release }
  depends_on = [aws_internet_gateway.main]
}

resource "aws_nat_gateway" "main" {
  count         = 3
  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  tags          = { Name = "main-${local.zones[count.index]}" }
  depends_on    = [aws_internet_gateway.main]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "main-public", release = var.release }
}

resource "aws_route_table_association" "public" {
  count          = 3
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_route_table" "private" {
  count  = 3
  vpc_id = aws_vpc.main.id
  tags   = { Name = "main-private-${local.zones[count.index]}" }
}

resource "aws_route_table_association" "private" {
  count          = 3
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

resource "aws_route" "nat" {
  count                  = 3
  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main[var.release == 1 ? count.index : 0].id
}

resource "aws_route" "egress_only" {
  count                       = 3
  route_table_id              = aws_route_table.private[count.index].id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.main.id
}

resource "aws_network_acl" "public" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = aws_subnet.public[*].id
  tags       = { Name = "main-public" }
}

resource "aws_network_acl_rule" "public" {
  for_each       = toset(["ingress", "egress"])
  network_acl_id = aws_network_acl.public.id
  egress         = each.key == "egress"
  rule_number    = 100
  rule_action    = "allow"
  protocol       = each.key == "egress" ? "-1" : "tcp"
  from_port      = each.key == "egress" ? 0 : 1024
  to_port        = each.key == "egress" ? 0 : 65535
  cidr_block     = "0.0.0.0/0"
}

# The groups.

resource "aws_security_group" "rules" {
  name_prefix            = "rules-"
  description            = "Rules of the older resource"
  vpc_id                 = aws_vpc.main.id
  revoke_rules_on_delete = false
  tags                   = { Name = "rules" }

  timeouts {
    create = "10m"
    delete = "15m"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group_rule" "http" {
  count             = 2
  security_group_id = aws_security_group.rules.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = [80, 443][count.index]
  to_port           = [80, 443][count.index]
  cidr_blocks       = ["10.0.0.0/8"]
  ipv6_cidr_blocks  = ["2001:db8::/64"]
  prefix_list_ids   = []
  description       = "release ${var.release}"
}

resource "aws_security_group_rule" "self" {
  security_group_id = aws_security_group.rules.id
  type              = "ingress"
  protocol          = "-1"
  from_port         = -1
  to_port           = -1
  self              = true
}

resource "aws_security_group_rule" "s3" {
  security_group_id = aws_security_group.rules.id
  type              = "egress"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_ids   = [data.aws_prefix_list.s3.id]
}

resource "aws_security_group" "single" {
  name   = "single"
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "self" {
  security_group_id            = aws_security_group.single.id
  referenced_security_group_id = aws_security_group.single.id
  ip_protocol                  = "udp"
  from_port                    = 2000
  to_port                      = 2000
  description                  = "release ${var.release}"
}

resource "aws_vpc_security_group_ingress_rule" "peer" {
  security_group_id            = aws_security_group.single.id
  referenced_security_group_id = aws_security_group.rules.id
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8080
}

resource "aws_vpc_security_group_egress_rule" "ipv6" {
  security_group_id = aws_security_group.single.id
  cidr_ipv6         = "::/0"
  ip_protocol       = "-1"
}

# The roles.

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "deploy_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.ci.arn]
    }
    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:example/web:*"]
    }
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  path   = "/apps/"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_iam_policy" "read" {
  name_prefix = "read-"
  path        = "/apps/"
  description = "Reads"
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Release${var.release}", Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}

resource "aws_iam_role" "app" {
  name                  = "app"
  path                  = "/apps/"
  max_session_duration  = 3600 * var.release
  force_detach_policies = true
  permissions_boundary  = aws_iam_policy.boundary.arn
  assume_role_policy    = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "app" {
  for_each = {
    read      = aws_iam_policy.read.arn
    execution = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
  }
  role       = aws_iam_role.app.name
  policy_arn = each.value
}

resource "aws_iam_role_policy" "inline" {
  name_prefix = "inline-"
  role        = aws_iam_role.app.id
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "xray:Put*", Resource = "*" }] })
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  path = "/apps/"
  role = aws_iam_role.app.name
  tags = { release = var.release }
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://token.actions.githubusercontent.com"
  client_id_list  = var.release == 1 ? ["sts.amazonaws.com"] : ["sts.amazonaws.com", "web"]
  thumbprint_list = ["6938fd4d98bab03faadb97b34396831e3780aea1"]
}

resource "aws_iam_role" "deploy" {
  name_prefix        = "deploy-"
  assume_role_policy = data.aws_iam_policy_document.deploy_trust.json
}

# What another stack looks up.

data "aws_nat_gateways" "main" {
  vpc_id     = aws_vpc.main.id
  depends_on = [aws_nat_gateway.main]
}

data "aws_internet_gateway" "main" {
  filter {
    name   = "attachment.vpc-id"
    values = [aws_vpc.main.id]
  }
  depends_on = [aws_internet_gateway.main]
}

data "aws_route_table" "private" {
  subnet_id  = aws_subnet.private[0].id
  depends_on = [aws_route_table_association.private]
}

data "aws_eip" "nat" {
  id = aws_eip.nat[0].id
}

data "aws_iam_instance_profile" "app" {
  name = aws_iam_instance_profile.app.name
}

# What each is imported by.

output "import_ids" {
  value = {
    "aws_egress_only_internet_gateway.main"  = aws_egress_only_internet_gateway.main.id
    "aws_eip.nat[0]"                         = aws_eip.nat[0].id
    "aws_iam_instance_profile.app"           = aws_iam_instance_profile.app.name
    "aws_iam_openid_connect_provider.ci"     = aws_iam_openid_connect_provider.ci.arn
    "aws_internet_gateway.main"              = aws_internet_gateway.main.id
    "aws_nat_gateway.main[0]"                = aws_nat_gateway.main[0].id
    "aws_network_acl.public"                 = aws_network_acl.public.id
    "aws_route.internet"                     = "${aws_route_table.public.id}_0.0.0.0/0"
    "aws_route_table.private[0]"             = aws_route_table.private[0].id
    "aws_route_table_association.private[0]" = "${aws_subnet.private[0].id}/${aws_route_table.private[0].id}"
    "aws_vpc_dhcp_options.main"              = aws_vpc_dhcp_options.main.id
  }
}
