output "role_arn" {
  description = "What an Environment of this account may name as its roleArn."
  value       = aws_iam_role.stationkeeper.arn
}
