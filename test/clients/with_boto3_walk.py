"""Requests that AWS takes, each for the rule that it carries: the sandbox must take them too.

Run by boto3.test.ts, in one process. Each test goes on after a refusal, and fails with all of them under their labels.
"""

import json
import unittest

import boto3
from botocore.exceptions import ClientError, ParamValidationError
from with_boto3 import until

ecr = boto3.client("ecr")
ecs = boto3.client("ecs")
ec2 = boto3.client("ec2")
iam = boto3.client("iam")
logs = boto3.client("logs")
cloud_map = boto3.client("servicediscovery")
route53 = boto3.client("route53")
secrets = boto3.client("secretsmanager")
ssm = boto3.client("ssm")
sts = boto3.client("sts")
tagging = boto3.client("resourcegroupstaggingapi")

POLICY = "arn:aws:iam::aws:policy/"
DAEMON_POLICIES = [
    "AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess", "CloudWatchAgentServerPolicy",
    "AmazonSSMManagedInstanceCore", "AmazonPrometheusRemoteWriteAccess",
    "service-role/AmazonECSTaskExecutionRolePolicy", "service-role/AmazonEC2ContainerServiceforEC2Role",
]
RETENTION_DAYS = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]
FILTERS = {
    "describe_availability_zones":
        "group-long-name group-name message opt-in-status parent-zone-id parent-zone-name region-name state"
        " zone-id zone-name zone-type",
    "describe_vpcs":
        "cidr cidr-block cidr-block-association.cidr-block cidr-block-association.state dhcp-options-id"
        " ipv6-cidr-block-association.ipv6-cidr-block is-default isDefault owner-id state tag:x tag-key vpc-id",
    "describe_subnets":
        "availability-zone availabilityZone availability-zone-id availabilityZoneId available-ip-address-count cidr cidr-block"
        " cidrBlock default-for-az defaultForAz ipv6-native map-public-ip-on-launch outpost-arn owner-id state"
        " subnet-arn subnet-id tag:x tag-key vpc-id",
    "describe_security_groups":
        "description egress.ip-permission.cidr egress.ip-permission.protocol group-id group-name"
        " ip-permission.cidr ip-permission.from-port ip-permission.group-id ip-permission.group-name"
        " ip-permission.ipv6-cidr ip-permission.prefix-list-id ip-permission.protocol ip-permission.to-port"
        " ip-permission.user-id owner-id tag:x tag-key vpc-id",
    "describe_security_group_rules": "group-id security-group-rule-id tag:x",
    "describe_network_interfaces":
        "addresses.private-ip-address association.public-ip attachment.status availability-zone description"
        " group-id group-name interface-type mac-address network-interface-id private-dns-name"
        " private-ip-address requester-id requester-managed source-dest-check status subnet-id tag:x vpc-id",
    "describe_route_tables":
        "association.main association.subnet-id route-table-id route.destination-cidr-block route.gateway-id"
        " route.nat-gateway-id route.origin route.state tag:x vpc-id",
    "describe_regions": "endpoint opt-in-status region-name",
}


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def trust(principal=None, **rest):
    principal = principal or {"Service": "ecs-tasks.amazonaws.com"}
    return document(Principal=principal, Action="sts:AssumeRole", **rest)


def is_assumed(operation, **request):
    """Whether ECS knows the role of a request already."""
    try:
        operation(**request)
    except ClientError as refusal:
        if "unable to assume the role" in str(refusal):
            return False
        raise
    return True


def filtered(*names):
    return [{"Name": name, "Values": ["x"]} for name in names]


class Walk(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.refused = {}

    def tearDown(self):
        self.assertEqual(self.refused, {})

    def take(self, label, operation, **request):
        """What an operation answers, or nothing of it where it is refused."""
        try:
            return operation(**request)
        except (ClientError, ParamValidationError) as refusal:
            self.refused[label] = str(refusal)
            return {}

    def role(self, name):
        return iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())["Role"]["Arn"]

    def test_task_definitions(self):
        role = self.role("walk-definitions")
        helper = {"name": "helper", "image": "h", "essential": False}

        def register(label, *containers, **rest):
            request = {
                "family": "walk", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256",
                "memory": "512", "executionRoleArn": role, "taskRoleArn": role,
                "containerDefinitions": containers or [{"name": "app", "image": "x:1"}], **rest,
            }
            self.take(label, ecs.register_task_definition, **request)

        def waits_for(condition, **target):
            return {"name": "app", "image": "x", "dependsOn": [{"containerName": "helper", "condition": condition}]}, {
                **helper, **target,
            }

        for label, field in {
            "a reservation": {"memoryReservation": 128},
            "a range of ports": {"portMappings": [{"containerPortRange": "8000-8010", "protocol": "udp"}]},
            "a named port": {"portMappings": [{"containerPort": 80, "name": "g", "appProtocol": "grpc"}]},
            "an empty value": {"environment": [{"name": "A", "value": ""}]},
            "an environment file": {"environmentFiles": [{"value": "arn:aws:s3:::b/x.env", "type": "s3"}]},
            "a restart policy": {"restartPolicy": {"enabled": True, "ignoredExitCodes": [0], "restartAttemptPeriod": 60}},
            "a parameter and a secret": {"secrets": [
                {"name": "P", "valueFrom": "/path/parameter"},
                {"name": "S", "valueFrom": "arn:aws:secretsmanager:us-east-1:111122223333:secret:x-abc:key::"},
            ]},
            "capabilities": {"linuxParameters": {"capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}}},
            "a sysctl": {"systemControls": [{"namespace": "net.core.somaxconn", "value": "1024"}]},
            "the longest timeouts": {"startTimeout": 1000, "stopTimeout": 120},
            "the widest health check": {
                "healthCheck": {"command": ["CMD", "x"], "interval": 5, "timeout": 60, "retries": 10, "startPeriod": 300},
            },
            "a digest": {"image": f"public.ecr.aws/x/y@sha256:{'a' * 64}"},
            "a registry with a port": {"image": "registry.local:5000/a/b:c"},
            "lists that are empty": {"links": [], "dnsServers": [], "mountPoints": [], "dependsOn": [], "ulimits": []},
            "a log driver's buffer": {"logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": "/x", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "p",
                "mode": "non-blocking", "max-buffer-size": "25m", "awslogs-create-group": "true",
            }}},
        }.items():
            register(f"a container with {label}", {"name": "app", "image": "x:1", **field})
        register("a container that waits for an end", *waits_for("SUCCESS"))
        register("a container that waits for health", *waits_for("HEALTHY", healthCheck={"command": ["CMD", "t"]}))
        register("a log router", {"name": "app", "image": "x", "logConfiguration": {"logDriver": "awsfirelens"}}, {
            **helper, "essential": True,
            "firelensConfiguration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}},
        })
        register("empty roles, as Ansible and ecs-deploy send them", taskRoleArn="", executionRoleArn="")
        register("sizes in words", cpu=".25 vCPU", memory="0.5 GB")
        register("the largest size", cpu="16384", memory="122880")
        register("an empty tag", tags=[{"key": "a", "value": ""}])
        register("what EC2 could run too", requiresCompatibilities=["EC2", "FARGATE"])
        register("the most storage", ephemeralStorage={"sizeInGiB": 200})
        register("processes that see each other", pidMode="task")
        register("ARM", runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"})

    def test_services(self):
        role = self.role("walk-services")
        vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
        subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
        network = {"awsvpcConfiguration": {"subnets": [subnet["SubnetId"] for subnet in subnets][:2]}}
        providers = ["FARGATE", "FARGATE_SPOT"]
        settings = [{"name": "containerInsights", "value": "enhanced"}]
        ecs.create_cluster(clusterName="walk", settings=settings, capacityProviders=providers)
        definition = ecs.register_task_definition(
            family="walk-service", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
            executionRoleArn=role, containerDefinitions=[{"name": "app", "image": "x:1"}],
        )["taskDefinition"]["taskDefinitionArn"]
        common = {"cluster": "walk", "taskDefinition": "walk-service", "networkConfiguration": network}
        fargate = {**common, "launchType": "FARGATE"}
        spot = {**common, "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]}
        created = {
            "plain": fargate,
            "by its definition's ARN": {**fargate, "taskDefinition": definition},
            "on Spot": spot,
            "of an old platform": {**fargate, "platformVersion": "1.3.0"},
            "without tasks": {**fargate, "desiredCount": 0},
            "with tags of the definition": {**fargate, "propagateTags": "TASK_DEFINITION", "enableECSManagedTags": True},
            "with a grace period": {**fargate, "healthCheckGracePeriodSeconds": 60},
            "with alarms off": {**fargate, "deploymentConfiguration": {
                "alarms": {"alarmNames": [], "enable": False, "rollback": False},
            }},
            "with Service Connect off": {**fargate, "serviceConnectConfiguration": {"enabled": False}},
            "with lists that are empty": {**fargate, "loadBalancers": [], "serviceRegistries": [], "placementStrategy": []},
        }
        for number, (label, request) in enumerate(created.items()):
            self.take(f"a service {label}", ecs.create_service, **{"serviceName": f"s{number}", "desiredCount": 1, **request})
        for label, change in {
            "a new deployment": {"forceNewDeployment": True},
            "another strategy": {**spot, "forceNewDeployment": True},
            "no registries": {"serviceRegistries": []},
            "rebalancing": {"availabilityZoneRebalancing": "ENABLED"},
        }.items():
            self.take(f"an update to {label}", ecs.update_service, **{**change, "cluster": "walk", "service": "s0"})
        # ECS comes to know a new role after some seconds.
        until(lambda: is_assumed(ecs.run_task, **fargate))
        self.take("a task, as ecs-deploy starts it", ecs.run_task, **fargate, startedBy="ECS Deploy")
        self.take("a service with an empty role, as Ansible makes it", ecs.create_service, **fargate,
                  serviceName="empty", desiredCount=0, role="", clientToken="")
        self.take("ten tasks", ecs.run_task, **fargate, count=10, group="g", referenceId="r")
        self.take("a task that overrides", ecs.run_task, **fargate, overrides={
            "cpu": "512", "memory": "1024", "containerOverrides": [{"name": "app", "environment": [{"name": "A", "value": "b"}]}],
        })
        self.take("no container instances", ecs.list_container_instances, cluster="walk", status="ACTIVE")
        for name in ("dualStackIPv6", "containerInsights", "awsvpcTrunking", "fargateFIPSMode"):
            self.take(f"the setting {name}", ecs.put_account_setting_default, name=name, value="enabled")

    def test_networks(self):
        for operation, names in FILTERS.items():
            for name in names.split():
                self.take(f"{operation} by {name}", getattr(ec2, operation), Filters=filtered(name))
        vpc = ec2.create_vpc(CidrBlock="10.50.0.0/16", InstanceTenancy="default")["Vpc"]["VpcId"]
        subnet = {"VpcId": vpc, "AvailabilityZoneId": "use1-az1"}
        self.take("a subnet by its zone's id", ec2.create_subnet, CidrBlock="10.50.2.0/24", **subnet)
        for attribute in ("EnableDnsHostnames", "EnableDnsSupport", "EnableNetworkAddressUsageMetrics"):
            self.take(attribute, ec2.modify_vpc_attribute, VpcId=vpc, **{attribute: {"Value": True}})
        for name in ("My group! (x)", "a" * 255, ".:/#,@[]+=&;{}!$*"):
            self.take(f"a group {name[:20]}", ec2.create_security_group, GroupName=name, Description="d", VpcId=vpc)
        group = ec2.create_security_group(GroupName="walk", Description="d" * 255, VpcId=vpc)["GroupId"]
        for label, rule in {
            "every protocol": {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            "a protocol by its number": {"IpProtocol": "6", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.1/8"}]},
            "ping": {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
            "IPv6": {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "Ipv6Ranges": [{"CidrIpv6": "2001:DB8::/32"}]},
            "the group itself": {"IpProtocol": "udp", "FromPort": 0, "ToPort": 65535, "UserIdGroupPairs": [{"GroupId": group}]},
        }.items():
            self.take(f"a rule for {label}", ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[rule])
        self.take("no stale groups", ec2.describe_stale_security_groups, VpcId=vpc)

    def test_identities(self):
        account = sts.get_caller_identity()["Account"]
        for number, (label, policy) in enumerate({
            "several principals": trust({"Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"], "AWS": account}),
            "everybody": trust("*"),
            "a web identity": document(
                Principal={"Federated": f"arn:aws:iam::{account}:oidc-provider/token.example.org"},
                Action="sts:AssumeRoleWithWebIdentity",
            ),
            "a condition": trust(Condition={"ArnLike": {"aws:SourceArn": ["arn:aws:ecs:*:1:*"]}}),
        }.items()):
            self.take(f"trust in {label}", iam.create_role, RoleName=f"walk-{number}", AssumeRolePolicyDocument=policy)
        self.role("walk-policies")
        for policy in DAEMON_POLICIES:
            arn = POLICY + policy
            self.take(f"attaching {policy}", iam.attach_role_policy, RoleName="walk-policies", PolicyArn=arn)
            described = self.take(policy, iam.get_policy, PolicyArn=arn)
            version = described.get("Policy", {}).get("DefaultVersionId", "v1")
            self.take(f"the document of {policy}", iam.get_policy_version, PolicyArn=arn, VersionId=version)
        for policy in ("ReadOnlyAccess", "AdministratorAccess", "AmazonECS_FullAccess", "job-function/ViewOnlyAccess"):
            self.take(policy, iam.get_policy, PolicyArn=POLICY + policy)
        for label, statement in {
            "what it does not name": {"NotAction": ["iam:*"], "NotResource": "arn:aws:s3:::x"},
            "variables and conditions": {
                "Sid": "", "Action": "s3:Get*", "Resource": ["arn:aws:s3:::${aws:username}/*"],
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": True}, "NumericLessThan": {"s3:max-keys": 10}},
            },
        }.items():
            request = {"RoleName": "walk-policies", "PolicyName": "p", "PolicyDocument": document(**statement)}
            self.take(f"a policy of {label}", iam.put_role_policy, **request)

    def test_images(self):
        name = "walk/xray"
        for setting in ("MUTABLE", "IMMUTABLE"):
            self.take(setting, ecr.create_repository, repositoryName=f"{name}-{setting.lower()}", imageTagMutability=setting)
        for encryption in ("AES256", "KMS", "KMS_DSSE"):
            configuration = {"encryptionType": encryption}
            request = {"repositoryName": f"{name}-{encryption.lower()}", "encryptionConfiguration": configuration}
            self.take(encryption, ecr.create_repository, **request)
        repository = {"repositoryName": f"{name}-mutable"}
        selections = {
            "untagged": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1},
            "tags by prefix": {"tagStatus": "tagged", "tagPrefixList": ["v"], "countType": "imageCountMoreThan", "countNumber": 1},
            "tags by pattern": {"tagStatus": "tagged", "tagPatternList": ["v*"], "countType": "imageCountMoreThan", "countNumber": 1},
            "any image": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1},
        }
        for label, selection in selections.items():
            rules = [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]
            self.take(label, ecr.put_lifecycle_policy, lifecyclePolicyText=json.dumps({"rules": rules}), **repository)
        pull = {"Principal": "*", "Action": "ecr:BatchGetImage", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
        self.take("a policy", ecr.set_repository_policy, policyText=document(**pull), **repository)
        for media_type in ("application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json"):
            manifest = json.dumps({"schemaVersion": 2, "mediaType": media_type, "layers": []})
            self.take(media_type, ecr.put_image, imageManifest=manifest, imageTag="3.x", **repository)
        for status in ("TAGGED", "UNTAGGED", "ANY"):
            self.take(status, ecr.list_images, filter={"tagStatus": status}, **repository)
        self.take("the registry", ecr.describe_registry)
        self.take("a token", ecr.get_authorization_token)

    def test_secrets_and_parameters(self):
        for kind in ("String", "StringList", "SecureString"):
            self.take(kind, ssm.put_parameter, Name=f"/walk/{kind}", Value="a,b", Type=kind)
        self.take("a name without a path", ssm.put_parameter, Name="walk.B-c_d", Value="x", Type="String")
        self.take("more characters", ssm.put_parameter, Name="/walk/long", Value="x" * 8192, Type="String", Tier="Intelligent-Tiering")
        self.take("another key", ssm.put_parameter, Name="/walk/key", Value="x", Type="SecureString", KeyId="alias/walk")
        self.take("a pattern", ssm.put_parameter, Name="/walk/number", Value="7", Type="String", AllowedPattern="^\\d+$")
        for key, option in (("Name", "Contains"), ("Type", "Equals"), ("Path", "Recursive"), ("Tier", "Equals")):
            values = {"Name": "walk", "Type": "String", "Path": "/walk", "Tier": "Standard"}[key]
            request = {"ParameterFilters": [{"Key": key, "Option": option, "Values": [values]}]}
            self.take(f"parameters by {key}", ssm.describe_parameters, **request)
        self.take("those of AWS", ssm.get_parameters_by_path, Path="/aws/service/ecs/optimized-ami", Recursive=True)
        secret = self.take("every character", secrets.create_secret, Name="walk/B-c_d+e=f.g@h", SecretBinary=b"\x00\xff")
        self.take("a value of text", secrets.put_secret_value, SecretId=secret.get("ARN"), SecretString="{}")
        self.take("a label of one's own", secrets.put_secret_value, SecretId=secret.get("ARN"), SecretString="x", VersionStages=["BLUE"])
        for key in ("name", "description", "tag-key", "tag-value", "all"):
            self.take(f"secrets by {key}", secrets.list_secrets, Filters=[{"Key": key, "Values": ["walk", "!other"]}])
        for days in (7, 30):
            self.take(f"{days} days", secrets.delete_secret, SecretId=secret.get("ARN"), RecoveryWindowInDays=days)
            self.take(f"back before {days} days", secrets.restore_secret, SecretId=secret.get("ARN"))

    def test_logs(self):
        self.take("every character", logs.create_log_group, logGroupName="walk.B-c_d/e#f", tags={"a": ""})
        for log_class in ("STANDARD", "INFREQUENT_ACCESS"):
            name = f"/walk/{log_class}"
            self.take(log_class, logs.create_log_group, logGroupName=name, logGroupClass=log_class)
        for days in RETENTION_DAYS:
            request = {"logGroupName": "walk.B-c_d/e#f", "retentionInDays": days}
            self.take(f"{days} days", logs.put_retention_policy, **request)
        self.take("a pattern", logs.list_log_groups, logGroupNamePattern="^/walk|walk")
        self.take("a part of the name", logs.describe_log_groups, logGroupNamePattern="walk")

    def test_names(self):
        self.take("zones", route53.list_hosted_zones)
        self.take("zones by name", route53.list_hosted_zones_by_name, DNSName="walk.example.org", MaxItems="1")
        for name, value in (("TYPE", "DNS_PRIVATE"), ("TYPE", "HTTP"), ("NAME", "x"), ("RESOURCE_OWNER", "SELF")):
            request = {"Filters": [{"Name": name, "Values": [value], "Condition": "EQ"}]}
            self.take(f"namespaces by {name} {value}", cloud_map.list_namespaces, **request)
        beginning = [{"Name": "NAME", "Values": ["x"], "Condition": "BEGINS_WITH"}]
        self.take("namespaces by a beginning", cloud_map.list_namespaces, Filters=beginning)
        for types in (["ecs", "ec2:security-group", "logs:log-group"], ["lambda:function", "elasticfilesystem"]):
            self.take(f"resources of {types}", tagging.get_resources, ResourceTypeFilters=types)


if __name__ == "__main__":
    unittest.main()
