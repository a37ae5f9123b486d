# Namespaces of every type, as other people's Terraform has them, and what reads them and their zones.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

variable "description" {
  default = "shared daemons"
}

variable "record_ttl" {
  default = 60
}

data "aws_vpc" "default" {
  default = true
}

resource "aws_service_discovery_http_namespace" "http" {
  name        = "daemons"
  description = var.description
  tags        = { team = "platform" }
}

resource "aws_service_discovery_public_dns_namespace" "public" {
  name        = "services.example.org"
  description = var.description
}

resource "aws_service_discovery_private_dns_namespace" "private" {
  name        = "services.internal"
  description = var.description
  vpc         = data.aws_vpc.default.id
}

resource "aws_service_discovery_service" "http" {
  name         = "xray"
  namespace_id = aws_service_discovery_http_namespace.http.id
  type         = "HTTP"
}

resource "aws_service_discovery_service" "public" {
  name = "xray"

  dns_config {
    namespace_id   = aws_service_discovery_public_dns_namespace.public.id
    routing_policy = "WEIGHTED"

    dns_records {
      ttl  = var.record_ttl
      type = "A"
    }
  }

  health_check_config {
    type              = "HTTP"
    resource_path     = "/healthy"
    failure_threshold = 3
  }
}

resource "aws_service_discovery_instance" "public" {
  instance_id = "one"
  service_id  = aws_service_discovery_service.public.id

  attributes = {
    AWS_INSTANCE_IPV4 = "192.0.2.1"
    AWS_INSTANCE_PORT = "80"
  }
}

# The zone above, which somebody made by hand and which sends resolvers on to the namespace's.
resource "aws_route53_zone" "parent" {
  name    = "example.org"
  comment = var.description
  tags    = { team = "network" }
}

data "aws_route53_zone" "public" {
  zone_id = aws_service_discovery_public_dns_namespace.public.hosted_zone
}

resource "aws_route53_record" "delegation" {
  zone_id = aws_route53_zone.parent.zone_id
  name    = aws_service_discovery_public_dns_namespace.public.name
  type    = "NS"
  ttl     = 300
  records = data.aws_route53_zone.public.name_servers
}

data "aws_service_discovery_http_namespace" "http" {
  name       = aws_service_discovery_http_namespace.http.name
  depends_on = [aws_service_discovery_http_namespace.http]
}

data "aws_service_discovery_dns_namespace" "public" {
  name       = aws_service_discovery_public_dns_namespace.public.name
  type       = "DNS_PUBLIC"
  depends_on = [aws_service_discovery_public_dns_namespace.public]
}

data "aws_service_discovery_dns_namespace" "private" {
  name       = aws_service_discovery_private_dns_namespace.private.name
  type       = "DNS_PRIVATE"
  depends_on = [aws_service_discovery_private_dns_namespace.private]
}

data "aws_route53_zone" "private" {
  name         = aws_service_discovery_private_dns_namespace.private.name
  private_zone = true
  vpc_id       = data.aws_vpc.default.id
  depends_on   = [aws_service_discovery_private_dns_namespace.private]
}

data "aws_route53_records" "public" {
  zone_id    = aws_service_discovery_public_dns_namespace.public.hosted_zone
  depends_on = [aws_service_discovery_instance.public]
}

output "found" {
  value = {
    http         = data.aws_service_discovery_http_namespace.http.id == aws_service_discovery_http_namespace.http.id
    public       = data.aws_service_discovery_dns_namespace.public.hosted_zone == data.aws_route53_zone.public.zone_id
    private      = data.aws_service_discovery_dns_namespace.private.hosted_zone == data.aws_route53_zone.private.zone_id
    linked       = data.aws_route53_zone.public.linked_service_principal
    name_servers = length(data.aws_route53_zone.public.name_servers)
    records      = [for set in data.aws_route53_records.public.resource_record_sets : "${set.name} ${set.type}"]
  }
}
