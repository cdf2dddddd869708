export { lint } from "./lint.ts";
export { ReplyJudge } from "./reply-judge.ts";
