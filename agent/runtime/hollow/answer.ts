// How a hollow container answers a question at a moment of its life. Pure.
import { PLAIN_ANSWER, type AnswerRule } from './behaviour.ts';

export interface HollowAnswer {
  isGood: boolean;
  tookMs: number;
  exitCode: number;
  output: string;
}

/** @param runningMs since its start. */
export function answerTo(rules: readonly AnswerRule[], question: string, runningMs: number): HollowAnswer {
  const rule = rules.find(({ to }) => question.includes(to)) ?? PLAIN_ANSWER;
  const isGood = isWell(rule, runningMs);
  return { isGood, tookMs: rule.tookMs, exitCode: isGood ? 0 : rule.exitCode, output: rule.output };
}

function isWell({ fromMs, untilMs, everyMs, failMs }: AnswerRule, runningMs: number): boolean {
  if (runningMs < fromMs || runningMs >= untilMs) return false;
  return everyMs === 0 || (runningMs - fromMs) % everyMs < everyMs - failMs;
}
