import WebSocket from 'ws'; import { writeFileSync } from 'node:fs'; import { setTimeout as sleep } from 'node:timers/promises';
const [pid, ms, out] = process.argv.slice(2);
process.kill(Number(pid), 'SIGUSR1'); await sleep(1500);
const list = await (await fetch('http://127.0.0.1:9229/json/list')).json();
const ws = new WebSocket(list[0].webSocketDebuggerUrl, { perMessageDeflate: false, maxPayload: 1 << 30 }); await new Promise(r => ws.on('open', r));
let n = 0; const wait = new Map(); ws.on('message', d => { const m = JSON.parse(d); if (m.id) wait.get(m.id)?.(m.result); });
const call = (method, params) => new Promise(r => { wait.set(++n, r); ws.send(JSON.stringify({ id: n, method, params })); });
await call('Profiler.enable'); await call('Profiler.setSamplingInterval', { interval: 1000 }); await call('Profiler.start'); await sleep(Number(ms));
const { profile } = await call('Profiler.stop'); writeFileSync(out, JSON.stringify(profile)); ws.close(); process.exit();
