// One Prometheus as a process of ours, for tests: on loopback, in a folder of its own, ended by its pid.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from './etcd-process.ts';
import { OperationalError } from './operational-error.ts';

/** A Prometheus that answers. */
export interface PrometheusProcess {
  /** `http://127.0.0.1:9090` */
  address: string;
  /** Ends it and waits for that; safe to call twice. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/**
 * Starts `prometheus`, which has to be installed, and waits until it answers.
 *
 * @param folder where its figures are kept. @param config path of its configuration.
 * @throws OperationalError `prometheus-failed` when it ends or does not answer in time.
 */
export async function startPrometheus(folder: string, config: string): Promise<PrometheusProcess> {
  const [port = 0] = await freePorts(1);
  return startPrometheusAt(folder, config, port);
}

/**
 * The same at a port that is known before, for a Prometheus that is to scrape itself.
 *
 * @param webConfig path of a web configuration; one that asks for a password is ready when it does.
 */
export async function startPrometheusAt(
  folder: string,
  config: string,
  port: number,
  webConfig?: string,
): Promise<PrometheusProcess> {
  const at = `127.0.0.1:${port}`;
  const options = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${at}`,
    '--log.level=error',
    ...(webConfig === undefined ? [] : [`--web.config.file=${webConfig}`]),
  ];
  const child = spawn('prometheus', options, { stdio: 'ignore' });
  let failure: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      failure ??= `Prometheus ended with ${code}`;
      resolve();
    });
    child.once('error', (error) => {
      failure ??= error.message;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const deadlineMs = Date.now() + READY_WITHIN_MS;
  while (failure === undefined && Date.now() < deadlineMs) {
    const answer = await fetch(`http://${at}/-/ready`).catch(() => undefined);
    if (answer?.ok === true || (webConfig !== undefined && answer?.status === 401))
      return { address: `http://${at}`, stop };
    await delay(LOOK_EVERY_MS);
  }
  await stop();
  throw new OperationalError('prometheus-failed', failure ?? 'Prometheus did not answer in time');
}
