variable "controller_role_arn" {
  description = "The role or user that the controller runs as, and the only one that may assume this role."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", var.controller_role_arn))
    error_message = "Must be the ARN of an IAM role or user, such as arn:aws:iam::123456789012:role/stationkeeper."
  }
}

variable "role_name" {
  description = "What the role is called in every account, as Environments say it (spec.roleName)."
  type        = string
  default     = "stationkeeper"
}

variable "external_id" {
  description = "What the controller has to send with it, as Environments say it (spec.externalId); empty for nothing."
  type        = string
  default     = ""

  validation {
    condition     = var.external_id == "" || can(regex("^[A-Za-z0-9_+=,.@:/-]{2,}$", var.external_id)) && length(var.external_id) <= 1224
    error_message = "Must be 2 to 1224 letters, digits and _ + = , . @ : / -, or empty."
  }
}
