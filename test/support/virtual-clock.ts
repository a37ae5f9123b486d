export { VirtualClock } from '../../sandbox/virtual-clock.ts';
