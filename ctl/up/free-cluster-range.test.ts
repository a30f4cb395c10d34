import test from 'ava';
import { readIpv4Range } from '@gantry/kit/ipv4-range';
import { freeClusterRange } from './free-cluster-range.ts';

const ranges = (...texts: string[]) => texts.flatMap((text) => readIpv4Range(text) ?? []);

test("a cluster has Kubernetes' range, or the next that this machine does not use", (t) => {
  t.is(freeClusterRange([]), '10.244.0.0/16');
  t.is(freeClusterRange(ranges('10.244.3.0/24', '10.245.0.0/16', '192.168.1.0/24')), '10.246.0.0/16');
  t.is(freeClusterRange(ranges('10.255.0.0/16'), 255), '10.0.0.0/16');
  t.is(freeClusterRange(ranges('10.0.0.0/8')), '10.244.0.0/16', 'none is free: the agent says so');
});
