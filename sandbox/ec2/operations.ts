export const ec2Operations = {} as const;
