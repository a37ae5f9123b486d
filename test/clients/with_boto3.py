"""boto3 against the AWS that AWS_ENDPOINT_URL names: run by boto3.test.ts, each test by its name."""

import json
import time
import unittest

import boto3
from botocore.exceptions import ClientError, WaiterError

ecs = boto3.client("ecs")
ec2 = boto3.client("ec2")
iam = boto3.client("iam")
logs = boto3.client("logs")
cloud_map = boto3.client("servicediscovery")
sts = boto3.client("sts")
tagging = boto3.client("resourcegroupstaggingapi")

OFTEN = {"Delay": 1, "MaxAttempts": 60}
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
TAGS = {"team": "platform"}


def trust(service="ecs-tasks.amazonaws.com"):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def until(check, seconds=180):
    """The first true answer of a check."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = check()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {check}")


def succeeded(operation_id):
    operation = cloud_map.get_operation(OperationId=operation_id)["Operation"]
    if operation["Status"] == "FAIL":
        raise AssertionError(operation)
    return operation["Targets"] if operation["Status"] == "SUCCESS" else None


def default_network():
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return vpc, [subnet["SubnetId"] for subnet in subnets]


class WithBoto3(unittest.TestCase):
    maxDiff = None

    def test_agent_and_daemons_of_its_hosts(self):
        ecs.create_cluster(clusterName="hosts")
        document = {
            "instanceId": "i-0123456789abcdef0", "instanceType": "m5.large", "availabilityZone": "us-east-1a",
            "imageId": "ami-0123456789abcdef0", "privateIp": "10.0.0.7", "region": "us-east-1",
        }
        resources = [
            {"name": "CPU", "type": "INTEGER", "integerValue": 2048},
            {"name": "MEMORY", "type": "INTEGER", "integerValue": 7680},
            {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ["22", "51678"]},
            {"name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": []},
        ]
        capability = "com.amazonaws.ecs.capability.docker-remote-api.1.18"
        host = ecs.register_container_instance(
            cluster="hosts", instanceIdentityDocument=json.dumps(document), totalResources=resources,
            versionInfo={"agentVersion": "1.80.0", "agentHash": "abcd", "dockerVersion": "DockerVersion: 25.0.3"},
            attributes=[{"name": capability}, {"name": "stack", "value": "prod"}],
        )["containerInstance"]["containerInstanceArn"]
        polled = ecs.discover_poll_endpoint(cluster="hosts", containerInstance=host)
        self.assertTrue(polled["endpoint"].startswith("https://"))
        found = ecs.list_container_instances(cluster="hosts", filter="attribute:stack == prod")
        self.assertEqual(found["containerInstanceArns"], [host])

        container = {
            "name": "agent", "image": "agent", "cpu": 128, "memory": 256,
            "portMappings": [{"containerPort": 2000, "protocol": "udp"}],
        }
        ecs.register_task_definition(
            family="agent", networkMode="host", requiresCompatibilities=["EC2"], containerDefinitions=[container],
        )
        ecs.create_service(
            cluster="hosts", serviceName="agent", taskDefinition="agent", launchType="EC2", schedulingStrategy="DAEMON",
        )

        def service():
            return ecs.describe_services(cluster="hosts", services=["agent"])["services"][0]

        until(lambda: service()["runningCount"] == 1)
        self.assertEqual(service()["desiredCount"], 1)
        [task] = ecs.list_tasks(cluster="hosts", containerInstance=host)["taskArns"]
        [described] = ecs.describe_tasks(cluster="hosts", tasks=[task])["tasks"]
        self.assertEqual(described["containerInstanceArn"], host)
        self.assertEqual(described["containers"][0]["networkBindings"][0]["hostPort"], 2000)

        ecs.submit_task_state_change(cluster="hosts", task=task, status="STOPPED", reason="agent restarted")
        until(lambda: ecs.list_tasks(cluster="hosts", containerInstance=host)["taskArns"] not in ([], [task]))
        ecs.update_container_instances_state(cluster="hosts", containerInstances=[host], status="DRAINING")
        until(lambda: service()["desiredCount"] == 0)
        ecs.delete_service(cluster="hosts", service="agent")
        ecs.get_waiter("services_inactive").wait(cluster="hosts", services=["agent"], WaiterConfig=OFTEN)
        ecs.deregister_container_instance(cluster="hosts", containerInstance=host, force=True)
        with self.assertRaises(ClientError) as raised:
            ecs.deregister_container_instance(cluster="hosts", containerInstance=host)
        self.assertEqual(raised.exception.response["Error"]["Code"], "InvalidParameterException")
        self.assertEqual(ecs.delete_cluster(cluster="hosts")["cluster"]["status"], "INACTIVE")

    def test_daemon_service(self):
        account = sts.get_caller_identity()["Account"]
        vpc, subnets = default_network()

        role = iam.create_role(RoleName="boto", AssumeRolePolicyDocument=trust())["Role"]
        iam.get_waiter("role_exists").wait(RoleName="boto", WaiterConfig=OFTEN)
        self.assertEqual(role["Arn"], f"arn:aws:iam::{account}:role/boto")
        self.assertEqual(role["AssumeRolePolicyDocument"], json.loads(trust()))
        iam.put_role_policy(RoleName="boto", PolicyName="inline", PolicyDocument=json.dumps({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"}],
        }))
        iam.attach_role_policy(RoleName="boto", PolicyArn=MANAGED)
        logs.create_log_group(logGroupName="/boto/xray", tags=TAGS)
        logs.put_retention_policy(logGroupName="/boto/xray", retentionInDays=7)
        group = ec2.create_security_group(GroupName="boto", Description="X-Ray", VpcId=vpc)["GroupId"]
        ec2.get_waiter("security_group_exists").wait(GroupIds=[group], WaiterConfig=OFTEN)
        rule = {"IpProtocol": "udp", "FromPort": 2000, "ToPort": 2000, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        operation = cloud_map.create_private_dns_namespace(Name="boto.local", Vpc=vpc)["OperationId"]
        namespace = until(lambda: succeeded(operation))["NAMESPACE"]
        registry = cloud_map.create_service(
            Name="xray",
            NamespaceId=namespace,
            DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 60}]},
            HealthCheckCustomConfig={"FailureThreshold": 1},
            Tags=[{"Key": "team", "Value": "platform"}],
        )["Service"]
        ecs.create_cluster(clusterName="boto")
        definition = ecs.register_task_definition(
            family="boto",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=role["Arn"],
            taskRoleArn=role["Arn"],
            containerDefinitions=[{
                "name": "xray",
                "image": "public.ecr.aws/xray/aws-xray-daemon:3.x",
                "portMappings": [{"containerPort": 2000, "protocol": "udp"}],
            }],
        )["taskDefinition"]
        service = ecs.create_service(
            cluster="boto",
            serviceName="xray",
            taskDefinition="boto",
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group]}},
            serviceRegistries=[{"registryArn": registry["Arn"]}],
        )["service"]
        self.assertEqual(service["taskDefinition"], definition["taskDefinitionArn"])
        self.assertEqual(service["createdAt"].tzinfo is not None, True)
        ecs.get_waiter("services_stable").wait(cluster="boto", services=["xray"], WaiterConfig=OFTEN)
        tasks = ecs.list_tasks(cluster="boto", serviceName="xray")["taskArns"]
        self.assertEqual(len(tasks), 2)

        def healthy():
            found = cloud_map.discover_instances(
                NamespaceName="boto.local", ServiceName="xray", HealthStatus="HEALTHY"
            )["Instances"]
            return found if len(found) == 2 else None

        self.assertEqual({i["Attributes"]["ECS_SERVICE_NAME"] for i in until(healthy)}, {"xray"})
        with self.assertRaises(ClientError) as refused:
            cloud_map.delete_service(Id=registry["Id"])
        self.assertEqual(refused.exception.response["Error"]["Code"], "ResourceInUse")
        until(lambda: {r["ResourceARN"] for r in tagging.get_resources(
            TagFilters=[{"Key": "team", "Values": ["platform"]}]
        )["ResourceTagMappingList"]} == {registry["Arn"], f"arn:aws:logs:us-east-1:{account}:log-group:/boto/xray"})

        ecs.delete_service(cluster="boto", service="xray", force=True)
        ecs.get_waiter("services_inactive").wait(cluster="boto", services=["xray"], WaiterConfig=OFTEN)
        ecs.get_waiter("tasks_stopped").wait(cluster="boto", tasks=tasks, WaiterConfig=OFTEN)
        ecs.deregister_task_definition(taskDefinition=definition["taskDefinitionArn"])
        deleted = ecs.delete_task_definitions(taskDefinitions=[definition["taskDefinitionArn"]])
        self.assertEqual(deleted["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS")
        self.assertEqual(ecs.delete_cluster(cluster="boto")["cluster"]["status"], "INACTIVE")
        cloud_map.delete_service(Id=registry["Id"])
        removal = cloud_map.delete_namespace(Id=namespace)["OperationId"]
        until(lambda: succeeded(removal))

        def group_deleted():
            try:
                ec2.delete_security_group(GroupId=group)
            except ClientError as error:
                if error.response["Error"]["Code"] != "DependencyViolation":
                    raise
                return False
            return True

        until(group_deleted)
        logs.delete_log_group(logGroupName="/boto/xray")
        iam.delete_role_policy(RoleName="boto", PolicyName="inline")
        iam.detach_role_policy(RoleName="boto", PolicyArn=MANAGED)
        iam.delete_role(RoleName="boto")
        with self.assertRaises(WaiterError):
            iam.get_waiter("role_exists").wait(RoleName="boto", WaiterConfig={"Delay": 1, "MaxAttempts": 1})

    def test_paginators(self):
        vpc, _ = default_network()
        names = [f"paged-{number}" for number in range(7)]
        for name in names:
            logs.create_log_group(logGroupName=name)
            iam.create_role(RoleName=name, Path="/paged/", AssumeRolePolicyDocument=trust())
            ecs.create_cluster(clusterName=name)
            ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)

        def paged(client, operation, member, size, **filters):
            pages = list(client.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **filters))
            self.assertTrue(all(len(page[member]) <= size for page in pages))
            self.assertGreater(len(pages), 1)
            return [item for page in pages for item in page[member]]

        groups = paged(logs, "describe_log_groups", "logGroups", 3, logGroupNamePrefix="paged-")
        self.assertEqual([group["logGroupName"] for group in groups], names)
        roles = paged(iam, "list_roles", "Roles", 3, PathPrefix="/paged/")
        self.assertEqual([role["RoleName"] for role in roles], names)
        clusters = paged(ecs, "list_clusters", "clusterArns", 3)
        self.assertEqual(sorted(arn.split("/")[1] for arn in clusters if "paged-" in arn), names)
        by_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
        found = paged(ec2, "describe_security_groups", "SecurityGroups", 5, Filters=by_vpc)
        self.assertEqual(sorted(g["GroupName"] for g in found if g["GroupName"].startswith("paged-")), names)

        for name in names:
            logs.delete_log_group(logGroupName=name)
            iam.delete_role(RoleName=name)
            ecs.delete_cluster(cluster=name)
        for group in found:
            if group["GroupName"].startswith("paged-"):
                ec2.delete_security_group(GroupId=group["GroupId"])

    def test_client_errors(self):
        vpc, _ = default_network()
        ecs.create_cluster(clusterName="errors")
        missing_group = "sg-0123456789abcdef0"
        container = {"name": "x", "image": "x"}
        for code, status, call in [
            ("ClusterNotFoundException", 400, lambda: ecs.list_tasks(cluster="none")),
            ("ServiceNotFoundException", 400, lambda: ecs.update_service(cluster="errors", service="none")),
            ("ClientException", 400, lambda: ecs.describe_task_definition(taskDefinition="none:1")),
            ("ClientException", 400, lambda: ecs.register_task_definition(
                family="odd", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="400", memory="600",
                containerDefinitions=[container])),
            ("InvalidGroup.NotFound", 400, lambda: ec2.delete_security_group(GroupId=missing_group)),
            ("InvalidGroupId.Malformed", 400, lambda: ec2.delete_security_group(GroupId="sg-xyz")),
            ("InvalidVpcID.NotFound", 400, lambda: ec2.describe_vpcs(VpcIds=["vpc-0123456789abcdef0"])),
            ("InvalidSubnetID.NotFound", 400, lambda: ec2.describe_subnets(SubnetIds=["subnet-0123456789abcdef0"])),
            ("InvalidParameterValue", 400, lambda: ec2.create_security_group(
                GroupName="sg-mine", Description="x", VpcId=vpc)),
            ("DryRunOperation", 412, lambda: ec2.create_security_group(
                GroupName="dry", Description="x", VpcId=vpc, DryRun=True)),
            ("NoSuchEntity", 404, lambda: iam.get_role(RoleName="none")),
            ("NoSuchEntity", 404, lambda: iam.get_role_policy(RoleName="none", PolicyName="none")),
            ("ValidationError", 400, lambda: iam.get_role(RoleName="no/slash")),
            ("MalformedPolicyDocument", 400, lambda: iam.create_role(
                RoleName="broken", AssumeRolePolicyDocument="{}")),
            ("ResourceNotFoundException", 400, lambda: logs.delete_log_group(logGroupName="none")),
            ("InvalidParameterException", 400, lambda: logs.create_log_group(logGroupName="no spaces")),
            ("NamespaceNotFound", 400, lambda: cloud_map.get_namespace(Id="ns-aaaaaaaaaaaaaaaa")),
            ("ServiceNotFound", 400, lambda: cloud_map.get_service(Id="srv-aaaaaaaaaaaaaaaa")),
            ("OperationNotFound", 400, lambda: cloud_map.get_operation(OperationId="a" * 32)),
            ("InvalidInput", 400, lambda: cloud_map.create_private_dns_namespace(Name="no spaces", Vpc=vpc)),
        ]:
            with self.subTest(code=code):
                with self.assertRaises(ClientError) as refused:
                    call()
                answer = refused.exception.response
                seen = answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]
                self.assertEqual(seen, (code, status), answer)
        ecs.delete_cluster(cluster="errors")


if __name__ == "__main__":
    unittest.main()
