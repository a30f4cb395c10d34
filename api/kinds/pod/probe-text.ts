// Probes and hooks of a container in one line each, as `kubectl describe` writes them. Pure.
import type { LifecycleHandler, Probe } from './probe.ts';

/** `http-get http://:8080/ready delay=0s timeout=1s period=10s #success=1 #failure=3`. */
export function probeText(probe: Probe | undefined): string | undefined {
  if (probe === undefined) return undefined;
  const { initialDelaySeconds = 0, timeoutSeconds = 1, periodSeconds = 10 } = probe;
  const { successThreshold = 1, failureThreshold = 3 } = probe;
  const pace = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s`;
  return `${handlerText(probe) ?? 'unknown'} ${pace} #success=${successThreshold} #failure=${failureThreshold}`;
}

/** `http-get http://:8080/ready`, `exec [cat /tmp/ready]`. */
export function handlerText(handler: LifecycleHandler | undefined): string | undefined {
  if (handler === undefined) return undefined;
  const { exec, httpGet, tcpSocket, sleep } = handler;
  if (exec !== undefined) return `exec [${(exec.command ?? []).join(' ')}]`;
  if (httpGet !== undefined) {
    const scheme = (httpGet.scheme ?? 'HTTP').toLowerCase();
    return `http-get ${scheme}://${httpGet.host ?? ''}:${httpGet.port}${httpGet.path ?? '/'}`;
  }
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`;
  return sleep === undefined ? undefined : `sleep ${sleep.seconds}s`;
}
