import { describe } from 'vitest';
import {
  acceptances,
  container,
  containerOnEc2,
  inMode,
  refusals,
} from '../support/sandbox/task-definition-refusals.ts';

const invalid = "Invalid setting for container 'xray'.";

describe('Linux parameters', () => {
  const linux = (linuxParameters: object) => containerOnEc2({ linuxParameters });
  refusals([
    [
      'a capability that Linux does not have',
      linux({ capabilities: { drop: ['NET_ADMINISTRATOR'] } }),
      `${invalid} The capability NET_ADMINISTRATOR is not supported.`,
    ],
    [
      'a device of nothing',
      linux({ devices: [{ hostPath: '' }] }),
      'Device.hostPath should not be null or empty.',
    ],
    [
      'another permission',
      linux({ devices: [{ hostPath: '/dev/fuse', permissions: ['execute'] }] }),
      `${invalid} A device permission should be one of [read,write,mknod]`,
    ],
    ['no shared memory', linux({ sharedMemorySize: 0 }), `${invalid} 'sharedMemorySize' must be at least 1.`],
    ['swap of less than nothing', linux({ maxSwap: -1 }), `${invalid} 'maxSwap' must be at least 0.`],
    ['a swappiness of 101', linux({ swappiness: 101 }), `${invalid} 'swappiness' must be between 0 and 100.`],
    [
      'a tmpfs without a size',
      linux({ tmpfs: [{ containerPath: '/run' }] }),
      `${invalid} The 'size' of a tmpfs must be at least 1.`,
    ],
    [
      'a tmpfs at a relative path',
      linux({ tmpfs: [{ containerPath: 'run', size: 64 }] }),
      `${invalid} A tmpfs must have an absolute path.`,
    ],
    [
      'another option of a tmpfs',
      linux({ tmpfs: [{ containerPath: '/run', size: 64, mountOptions: ['fast'] }] }),
      `${invalid} The mount option fast of a tmpfs is not supported.`,
    ],
    [
      'devices on Fargate',
      container({ linuxParameters: { devices: [{ hostPath: '/dev/fuse' }] } }),
      'Fargate compatible task definitions do not support devices.',
    ],
    [
      'shared memory on Fargate',
      container({ linuxParameters: { sharedMemorySize: 64 } }),
      'Fargate compatible task definitions do not support sharedMemorySize.',
    ],
  ]);

  acceptances([
    [
      'all of them on EC2',
      linux({
        capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
        devices: [
          { hostPath: '/dev/fuse', containerPath: '/dev/fuse', permissions: ['read', 'write', 'mknod'] },
        ],
        initProcessEnabled: true,
        sharedMemorySize: 64,
        tmpfs: [{ containerPath: '/run', size: 64, mountOptions: ['rw', 'noexec', 'mode=755'] }],
        maxSwap: 0,
        swappiness: 60,
      }),
    ],
    [
      'a tmpfs on Fargate',
      container({
        linuxParameters: { tmpfs: [{ containerPath: '/run', size: 64 }], capabilities: { drop: ['ALL'] } },
      }),
    ],
  ]);
});

describe('system controls, PID and IPC', () => {
  const control = (namespace: string, value = '1') => ({ systemControls: [{ namespace, value }] });
  refusals([
    [
      'a kernel parameter without a namespace',
      container(control('vm.swappiness')),
      `${invalid} The system control vm.swappiness is not supported.`,
    ],
    [
      'a kernel parameter without a value',
      container(control('net.core.somaxconn', '')),
      'SystemControl.namespace and SystemControl.value should not be null or empty.',
    ],
    [
      'one of the network in the host’s',
      inMode('host', container(control('net.core.somaxconn'))),
      `${invalid} The system control net.core.somaxconn is not supported when networkMode=host.`,
    ],
    [
      'one of IPC in the host’s',
      inMode('host', { ipcMode: 'host', ...container(control('kernel.shmmax')) }),
      `${invalid} The system control kernel.shmmax is not supported when ipcMode=host.`,
    ],
    ['another pidMode', { pidMode: 'none' as 'task' }, 'PID mode should be one of [host,task]'],
    ['another ipcMode', { ipcMode: 'private' as 'none' }, 'IPC mode should be one of [host,task,none]'],
  ]);

  acceptances([
    [
      'those of the network and of IPC on Fargate',
      container({
        systemControls: [
          { namespace: 'net.core.somaxconn', value: '1024' },
          { namespace: 'fs.mqueue.msg_max', value: '10' },
        ],
      }),
    ],
    ['the host’s processes and IPC on EC2', inMode('host', { pidMode: 'host', ipcMode: 'host' })],
  ]);
});
